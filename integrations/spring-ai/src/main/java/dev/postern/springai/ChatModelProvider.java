package dev.postern.springai;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.ProviderHealth;
import dev.postern.StreamEvent;
import dev.postern.Timeouts;
import dev.postern.flow.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.prompt.ChatOptions;
import org.springframework.ai.chat.prompt.Prompt;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * Any chat model of Spring AI as a provider, for example as a backend of a gateway.
 *
 * <pre>{@code
 * LlmProvider watsonx = ChatModelProvider.of("watsonx", chatModel);
 * Gateway gateway = Gateway.builder().backend("watsonx", watsonx).backend("local", local).build();
 * }</pre>
 *
 * <p>A request is laid over the options of the model. Tools are offered and never run here. What the model's options have no place for is
 * refused with kind {@link Kind#UNSUPPORTED} if the answer would be a different one: tools, a tool choice, a response format, extra fields,
 * a key of the request. Seed, reasoning effort, parallel tool calls and metadata are left out. {@link Builder#options} sets what the model
 * has options of its own for.
 *
 * <p>Demand and cancel of a stream reach the model's stream; whether they reach its server depends on the model. A model that cannot
 * stream is asked for the whole answer. Metadata of the model's messages, such as signatures, goes back to it with the next request.
 * Whether a stream was cut cannot be seen: Spring AI's models end it like a whole one.
 *
 * <p>Failures are {@link LlmException}s whose cause is the model's exception. The kind comes from the HTTP status in its message, or from
 * its class. Thread-safe. It does not own the model.
 */
public final class ChatModelProvider implements LlmProvider {
    private final String name;
    private final ChatModel model;
    private final Scheduler scheduler;
    private final OptionsWriter options;
    private final String origin;
    private final Failures failures;

    private ChatModelProvider(Builder builder) {
        name = builder.name;
        model = builder.model;
        scheduler = builder.scheduler;
        options = new OptionsWriter(builder.options);
        origin = "spring-ai:" + name;
        failures = new Failures(name);
    }

    /** A provider of this name over a chat model. */
    public static ChatModelProvider of(String name, ChatModel model) {
        return builder(name, model).build();
    }

    /** A builder of a provider of this name over a chat model. */
    public static Builder builder(String name, ChatModel model) {
        return new Builder(Objects.requireNonNull(name, "name"), Objects.requireNonNull(model, "model"));
    }

    @Override
    public String name() {
        return name;
    }

    /** Calls the model on a thread of the scheduler. Cancelling the future interrupts that thread. */
    @Override
    public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        CompletableFuture<CompletionResponse> answer = new CompletableFuture<>();
        Disposable.Composite running = Disposables.composite();
        var unused = answer.whenComplete((done, thrown) -> running.dispose());
        try {
            limit(request)
                    .map(limit -> Timer.system() // its tasks may block, as what follows the answer may
                            .after(Timer.nanos(limit), () -> answer.completeExceptionally(late(limit))))
                    .ifPresent(stop -> running.add(stop::run));
            running.add(scheduler.schedule(() -> complete(answer, request)));
        } catch (RejectedExecutionException e) {
            answer.completeExceptionally(new LlmException(
                    Kind.OVERLOADED,
                    "The scheduler of the provider '" + name + "' takes no more calls; give it more threads.",
                    e));
        } catch (LlmException e) {
            answer.completeExceptionally(e);
        }
        return answer;
    }

    private void complete(CompletableFuture<CompletionResponse> answer, CompletionRequest request) {
        try {
            answer.complete(whole(request));
        } catch (Throwable e) { // Reactor would lose an error such as a missing class
            answer.completeExceptionally(failures.of(e));
        }
    }

    private CompletionResponse whole(CompletionRequest request) {
        ResponseReader reader = reader(request);
        ChatResponse response = model.call(prompt(request));
        CompletionCollector collector = new CompletionCollector();
        reader.next(Objects.requireNonNull(response, "the response is null")).forEach(collector::accept);
        reader.end().forEach(collector::accept);
        return collector.result();
    }

    @Override
    public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
        Objects.requireNonNull(request, "request");
        return ResponseStream.of(() -> responses(request), () -> reader(request), failures::of);
    }

    private Flow.Publisher<ChatResponse> responses(CompletionRequest request) {
        Optional<Duration> limit = limit(request);
        Prompt prompt = prompt(request);
        Flux<ChatResponse> responses;
        try {
            responses = model.stream(prompt);
        } catch (UnsupportedOperationException e) { // the default of ChatModel; nothing was sent
            responses = Mono.fromCallable(() -> model.call(prompt))
                    .subscribeOn(scheduler)
                    .flux();
        }
        if (limit.isPresent()) {
            responses = responses.takeUntilOther(Mono.delay(limit.get()).then(Mono.error(() -> late(limit.get()))));
        }
        return JdkFlowAdapter.publisherToFlowPublisher(responses);
    }

    private Prompt prompt(CompletionRequest request) {
        return new Prompt(PromptWriter.messages(request, origin), options.options(request, model.getOptions()));
    }

    private ResponseReader reader(CompletionRequest request) {
        return new ResponseReader(origin, request.model());
    }

    /** The time that the call may take: the total timeout of the request, or the time until its deadline if that is shorter. */
    private static Optional<Duration> limit(CompletionRequest request) {
        Optional<Duration> total =
                request.options().timeouts().map(Timeouts::total).filter(limit -> !limit.isZero());
        Optional<Duration> left = request.context().remaining();
        if (left.isPresent() && (left.get().isNegative() || left.get().isZero())) {
            throw LlmException.builder(
                            Kind.TIMEOUT,
                            "The deadline of the call's context was over before the request was sent; give the whole job more time.")
                    .refusedBeforeSending(true)
                    .retryable(false)
                    .build();
        }
        return total.isEmpty() || (left.isPresent() && left.get().compareTo(total.get()) < 0) ? left : total;
    }

    private LlmException late(Duration limit) {
        return LlmException.builder(
                        Kind.TIMEOUT,
                        "The chat model '" + name + "' did not finish within " + limit.toMillis()
                                + " ms, the total timeout or the deadline of the request; allow more time.")
                .backend(name)
                .build();
    }

    /** The model in the options of the chat model, if they name one; Spring AI has no list of models. */
    @Override
    public CompletableFuture<List<ModelInfo>> listModelsAsync() {
        String only = model.getOptions().getModel();
        return CompletableFuture.completedFuture(
                only == null ? List.of() : List.of(new ModelInfo(only, name, List.of("chat"))));
    }

    /** Up: Spring AI has no check that costs nothing. */
    @Override
    public CompletableFuture<ProviderHealth> healthAsync() {
        return CompletableFuture.completedFuture(
                ProviderHealth.up(name + " was not asked; Spring AI's chat models have no health check"));
    }

    @Override
    public String toString() {
        return "ChatModelProvider[" + name + " over " + model.getClass().getSimpleName() + "]";
    }

    /** Builds a provider. Not thread-safe. */
    public static final class Builder {
        private final String name;
        private final ChatModel model;
        private Scheduler scheduler = Schedulers.boundedElastic();
        private @Nullable BiConsumer<CompletionRequest, ChatOptions.Builder<?>> options;

        private Builder(String name, ChatModel model) {
            this.name = name;
            this.model = model;
        }

        /** Where whole answers are waited for. Default {@link Schedulers#boundedElastic}: ten threads for each processor. */
        public Builder scheduler(Scheduler forBlockingCalls) {
            scheduler = Objects.requireNonNull(forBlockingCalls, "forBlockingCalls");
            return this;
        }

        /**
         * Sets options of the model's own type, from fields of the request that Spring AI has no common option for, after all others are
         * set. Then a tool choice and extra fields are not refused: they are left to this function. It may throw an {@link LlmException}.
         */
        public Builder options(BiConsumer<CompletionRequest, ChatOptions.Builder<?>> customizer) {
            options = Objects.requireNonNull(customizer, "customizer");
            return this;
        }

        /** The provider. */
        public ChatModelProvider build() {
            return new ChatModelProvider(this);
        }
    }
}
