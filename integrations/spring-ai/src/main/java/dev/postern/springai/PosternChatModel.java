package dev.postern.springai;

import dev.postern.CallContext;
import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.contextpropagation.ObservationThreadLocalAccessor;
import java.util.Objects;
import java.util.concurrent.Flow;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.observation.ChatModelObservationContext;
import org.springframework.ai.chat.observation.ChatModelObservationConvention;
import org.springframework.ai.chat.observation.ChatModelObservationDocumentation;
import org.springframework.ai.chat.observation.DefaultChatModelObservationConvention;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingManager;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.util.context.ContextView;

/**
 * A chat model of Spring AI over any provider of Postern, such as a gateway.
 *
 * <pre>{@code
 * ChatModel model = PosternChatModel.builder(llm)
 *         .options(PosternChatOptions.builder().model("gpt-4o").build())
 *         .observationRegistry(observationRegistry)
 *         .build();
 * String answer = ChatClient.create(model).prompt("Why is the sky blue?").call().content();
 * }</pre>
 *
 * <p>As all models of Spring AI 2 it runs no tools: the answer has the calls, and {@code ChatClient} or the application runs them. The
 * metadata of an assistant message carries signatures and other data that the backend expects back; a tool loop and a memory that keep the
 * message keep them, and they are sent to their origin only.
 *
 * <p>Of a stream, each delta of text is one response, and the last response has tool calls, finish reason, usage and metadata. The
 * demand of the subscriber reaches the socket, and cancel closes the exchange.
 *
 * <p>Failures are {@link LlmException}s, thrown or signalled as they are. The provider repeats what may be repeated, so no retries are
 * needed around this model. Thread-safe. It does not own the provider: close that at the end.
 */
public final class PosternChatModel implements ChatModel {
    /**
     * The key of a {@link CallContext} in the tool context of the options. One that stands under {@code CallContext.class} in Reactor's
     * context wins over it, and {@link PosternChatOptions.Builder#callContext} wins over both.
     */
    public static final String CALL_CONTEXT = "postern.callContext";

    /** The key in the metadata of an assistant message: the reasoning so far, as text. Spring AI's model for OpenAI has the same one. */
    public static final String REASONING = "reasoningContent";

    /** The key in the metadata of an assistant message: JSON text with data that the backend expects back. Keep it unchanged. */
    public static final String PARTS = "postern.parts";

    /** The key in the metadata of a generation: the {@link dev.postern.StopReason} in small letters, for example {@code end_turn}. */
    public static final String STOP_REASON = "stopReason";

    private static final ChatModelObservationConvention FALLBACK = new DefaultChatModelObservationConvention();

    private final LlmProvider llm;
    private final PosternChatOptions options;
    private final RequestMapper requests;
    private final ObservationRegistry registry;
    private final @Nullable ChatModelObservationConvention convention;
    private final String system;
    private final Function<? super LlmException, ? extends RuntimeException> failures;

    private PosternChatModel(Builder builder) {
        llm = builder.llm;
        options = builder.options;
        requests = new RequestMapper(options, builder.tools);
        registry = builder.registry;
        convention = builder.convention;
        system = builder.system;
        failures = builder.failures;
    }

    /** A builder of a model over this provider. */
    public static Builder builder(LlmProvider llm) {
        return new Builder(Objects.requireNonNull(llm, "llm"));
    }

    /** The options of prompts that have none. */
    @Override
    public PosternChatOptions getOptions() {
        return options;
    }

    /**
     * Asks for the whole answer and waits for it.
     *
     * @throws LlmException the failure of the call, unless {@link Builder#failures} makes another exception of it
     */
    @Override
    public ChatResponse call(Prompt prompt) {
        Prompt complete = requests.withOptions(prompt);
        ChatModelObservationContext context = context(complete, false);
        ChatResponse response = observation(context).observe(() -> {
            ChatResponse answer = answer(complete);
            context.setResponse(answer);
            return answer;
        });
        return Objects.requireNonNull(response, "response");
    }

    private ChatResponse answer(Prompt prompt) {
        try {
            return ResponseWriter.whole(llm.completions(requests.request(prompt, null)));
        } catch (LlmException e) {
            throw failures.apply(e);
        }
    }

    /** The answer as it comes. Cold: each subscription makes one call. */
    @Override
    public Flux<ChatResponse> stream(Prompt prompt) {
        Prompt complete = requests.withOptions(prompt);
        return Flux.deferContextual(view -> {
            ChatModelObservationContext context = context(complete, true);
            Observation observation = started(context, view);
            return answers(complete, view, observation, context)
                    .onErrorMap(LlmException.class, failures)
                    .doOnError(observation::error)
                    .doFinally(signal -> observation.stop())
                    .contextWrite(inner -> inner.put(ObservationThreadLocalAccessor.KEY, observation));
        });
    }

    private Flux<ChatResponse> answers(
            Prompt prompt, ContextView view, Observation observation, ChatModelObservationContext context) {
        return Flux.defer(
                () -> { // a request that is refused is a failure of the stream
                    Object outer = view.getOrDefault(CallContext.class, null);
                    CompletionRequest request = requests.request(prompt, outer);
                    StreamedAnswer answer = new StreamedAnswer();
                    return JdkFlowAdapter.flowPublisherToFlux(inScope(observation, llm.stream(request)))
                            .<ChatResponse>handle(answer::next)
                            .concatWith(Mono.fromSupplier(() -> {
                                ChatResponse whole = ResponseWriter.whole(answer.result());
                                context.setResponse(whole);
                                return ResponseWriter.last(whole);
                            }));
                });
    }

    /** What listens to the provider's calls finds the observation as the current one, and so as its parent. */
    private static Flow.Publisher<StreamEvent> inScope(Observation observation, Flow.Publisher<StreamEvent> events) {
        return subscriber -> {
            Observation.Scope scope = observation.openScope();
            try {
                events.subscribe(subscriber);
            } finally {
                scope.close();
            }
        };
    }

    private ChatModelObservationContext context(Prompt prompt, boolean streaming) {
        return ChatModelObservationContext.builder()
                .prompt(prompt)
                .provider(system)
                .streaming(streaming)
                .build();
    }

    private Observation observation(ChatModelObservationContext context) {
        return ChatModelObservationDocumentation.CHAT_MODEL_OPERATION.observation(
                convention, FALLBACK, () -> context, registry);
    }

    /** An observation below the one in Reactor's context. Its scope is open for the start, from which tracing takes the span's parent. */
    private Observation started(ChatModelObservationContext context, ContextView view) {
        Observation observation = observation(context);
        Object outer = view.getOrDefault(ObservationThreadLocalAccessor.KEY, Observation.NOOP);
        if (!(outer instanceof Observation parent) || parent.isNoop()) {
            return observation.start();
        }
        observation.parentObservation(parent);
        Observation.Scope scope = parent.openScope();
        try {
            return observation.start();
        } finally {
            scope.close();
        }
    }

    @Override
    public String toString() {
        return "PosternChatModel[" + llm.name() + "]";
    }

    /** Builds a model. Not thread-safe. */
    public static final class Builder {
        private final LlmProvider llm;
        private PosternChatOptions options = PosternChatOptions.builder().build();
        private ToolCallingManager tools = ToolCallingManager.builder().build();
        private ObservationRegistry registry = ObservationRegistry.NOOP;
        private @Nullable ChatModelObservationConvention convention;
        private String system = "postern";
        private Function<? super LlmException, ? extends RuntimeException> failures = Function.identity();

        private Builder(LlmProvider llm) {
            this.llm = llm;
        }

        /**
         * The options of prompts that have none. {@link PosternChatOptions} of a prompt replace them, as with every model of Spring AI; other
         * options of a prompt are laid over them. {@code ChatClient} adds its options to them. Default: none.
         */
        public Builder options(PosternChatOptions defaults) {
            options = Objects.requireNonNull(defaults, "defaults");
            return this;
        }

        /** Resolves the definitions of tools. Default: that of Spring AI. */
        public Builder toolCallingManager(ToolCallingManager manager) {
            tools = Objects.requireNonNull(manager, "manager");
            return this;
        }

        /** Where calls are observed, under the name {@code gen_ai.client.operation}. Default: nowhere. */
        public Builder observationRegistry(ObservationRegistry observationRegistry) {
            registry = Objects.requireNonNull(observationRegistry, "observationRegistry");
            return this;
        }

        /** Names observations instead of {@link DefaultChatModelObservationConvention}. */
        public Builder observationConvention(ChatModelObservationConvention names) {
            convention = Objects.requireNonNull(names, "names");
            return this;
        }

        /** The value of {@code gen_ai.system} in observations, such as {@code openai}. Default {@code postern}. */
        public Builder observationSystem(String name) {
            system = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Makes the exceptions that callers get; keep the failure as the cause. For applications that expect the exceptions of {@code
         * spring-ai-retry}. Default: the failure itself.
         */
        public Builder failures(Function<? super LlmException, ? extends RuntimeException> translation) {
            failures = Objects.requireNonNull(translation, "translation");
            return this;
        }

        /** The model. */
        public PosternChatModel build() {
            return new PosternChatModel(this);
        }
    }
}
