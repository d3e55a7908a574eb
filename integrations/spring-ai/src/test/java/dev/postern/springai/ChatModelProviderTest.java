package dev.postern.springai;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.postern.CallContext;
import dev.postern.CallOptions;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.ModelInfo;
import dev.postern.ResponseFormat;
import dev.postern.Role;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.ToolCall;
import dev.postern.ToolChoice;
import dev.postern.ToolDefinition;
import dev.postern.ToolResult;
import dev.postern.Usage;
import dev.postern.gateway.Gateway;
import dev.postern.testkit.FakeLlm;
import dev.postern.testkit.StreamProbe;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.ai.chat.messages.AssistantMessage;
import org.springframework.ai.chat.messages.SystemMessage;
import org.springframework.ai.chat.messages.ToolResponseMessage;
import org.springframework.ai.chat.messages.UserMessage;
import org.springframework.ai.chat.metadata.ChatGenerationMetadata;
import org.springframework.ai.chat.model.ChatModel;
import org.springframework.ai.chat.model.ChatResponse;
import org.springframework.ai.chat.model.Generation;
import org.springframework.ai.chat.prompt.Prompt;
import org.springframework.ai.model.tool.ToolCallingChatOptions;
import reactor.core.publisher.Flux;
import reactor.core.scheduler.Schedulers;

/** A chat model of Spring AI as a provider. */
class ChatModelProviderTest {
    private static final CompletionRequest HELLO = CompletionRequest.of("Hello");
    private static final AssistantMessage.ToolCall CALL =
            new AssistantMessage.ToolCall("call_1", "function", "get_weather", "{\"city\":\"Paris\"}");

    private static LlmProvider over(ChatModel model) {
        return ChatModelProvider.of("spring", model);
    }

    private static LlmProvider over(ChatResponse... answer) {
        return over(new FakeChatModel(answer));
    }

    private static StreamProbe stream(LlmProvider llm) {
        return StreamProbe.of(llm.stream(HELLO));
    }

    private static Prompt prompt(CompletionRequest request) {
        FakeChatModel model = new FakeChatModel(FakeChatModel.text("Hi"));
        over(model).completions(request);
        return model.prompts.get(0);
    }

    private static LlmException refused(CompletionRequest request) {
        FakeChatModel model = new FakeChatModel(FakeChatModel.text("Hi"));
        LlmException whole = (LlmException) catchThrowable(() -> over(model).completions(request));
        LlmException streamed = StreamProbe.of(over(model).stream(request)).expectFailure(whole.kind());

        assertThat(model.prompts).isEmpty();
        assertThat(streamed).hasMessage(whole.getMessage());
        assertThat(whole.refusedBeforeSending()).isTrue();
        return whole;
    }

    @Test
    void aStreamBecomesEvents() {
        stream(over(FakeChatModel.text("Hel"), FakeChatModel.text("lo"), FakeChatModel.end("STOP")))
                .expect(new StreamEvent.ContentDelta("Hel"))
                .expect(new StreamEvent.ContentDelta("lo"))
                .expect(new StreamEvent.MessageStop(
                        StopReason.END_TURN, "spring-model", Map.of("finish_reason", "STOP", "id", "r-1")))
                .expect(new StreamEvent.UsageReported(
                        new Usage(10, 2, OptionalLong.of(8), OptionalLong.of(1), OptionalLong.empty())))
                .expectEnd();
    }

    @Test
    void aWholeAnswerIsTheSame() {
        CompletionResponse answer =
                over(FakeChatModel.message("Let me see.", Map.of(), CALL)).completions(HELLO);

        assertThat(answer.message().parts())
                .containsExactly(
                        Content.text("Let me see."), ToolCall.of("call_1", "get_weather", Map.of("city", "Paris")));
        assertThat(answer.stopReason()).isEqualTo(StopReason.TOOL_USE);
        assertThat(answer.usage()).isEmpty();
    }

    @Test
    void thoughtsOfClaudesStreamsAreReasoning() {
        CompletionResponse answer = StreamProbe.of(over(
                        FakeChatModel.message("First, ", Map.of("thinking", true)),
                        FakeChatModel.message("look.", Map.of("thinking", true)),
                        FakeChatModel.text("Paris"))
                        .stream(HELLO))
                .answer();

        assertThat(answer.reasoning()).isEqualTo("First, look.");
        assertThat(answer.content()).isEqualTo("Paris");
        assertThat(answer.message().parts()).hasSize(2); // no data that goes back
    }

    @Test
    void thoughtsOfOllamasModelsAreReasoning() {
        CompletionResponse answer = StreamProbe.of(
                        over(thinking("", "First"), thinking("", ", look."), thinking("Paris", "")).stream(HELLO))
                .answer();

        assertThat(answer.reasoning()).isEqualTo("First, look.");
        assertThat(answer.content()).isEqualTo("Paris");
    }

    private static ChatResponse thinking(String text, String thought) {
        return new ChatResponse(List.of(new Generation(
                new AssistantMessage(text),
                ChatGenerationMetadata.builder().metadata("thinking", thought).build())));
    }

    @Test
    void aModelOfPosternKeepsItsOptionsAndGetsAllOfTheRequest() {
        FakeLlm llm = FakeLlm.answering("Hi");
        CallOptions own = CallOptions.builder().apiKey("own").build();
        LlmProvider wrapped = over(PosternChatModel.builder(llm)
                .options(PosternChatOptions.builder()
                        .callOptions(own)
                        .notes(Map.of("team", "red"))
                        .outputSchema("{\"type\":\"object\"}")
                        .build())
                .build());
        ResponseFormat format = new ResponseFormat.JsonSchema("city", Map.of("type", "object", "title", "City"), false);
        ToolDefinition tool = ToolDefinition.of("get_city", "The city", Map.of("type", "object"))
                .withStrict(true);
        wrapped.completions(CompletionRequest.builder()
                .user("Hello")
                .responseFormat(format)
                .tool(tool)
                .build());

        CompletionRequest asked = llm.request(0);
        assertThat(asked.options()).isEqualTo(own);
        assertThat(asked.notes()).containsEntry("team", "red");
        assertThat(asked.responseFormat()).contains(format);
        assertThat(asked.tools()).containsExactly(tool);
    }

    @Test
    void aFailedToolSaysSo() {
        CompletionRequest request = CompletionRequest.builder()
                .user("Weather?")
                .message(new Message(Role.ASSISTANT, List.of(ToolCall.of("c1", "get_weather", Map.of()))))
                .message(Message.toolResults(ToolResult.error("c1", "no such city")))
                .build();

        ToolResponseMessage results = (ToolResponseMessage) prompt(request).getInstructions().stream()
                .filter(ToolResponseMessage.class::isInstance)
                .findFirst()
                .orElseThrow();
        assertThat(results.getResponses().get(0).responseData()).isEqualTo("Error: no such city");
    }

    @Test
    void callsGetIdsThatAreTheirOwn() {
        AssistantMessage.ToolCall unnamed = new AssistantMessage.ToolCall("", "function", "get_time", "");

        CompletionResponse answer = over(FakeChatModel.message("", Map.of(), CALL, CALL, unnamed, unnamed))
                .completions(HELLO);

        assertThat(answer.toolCalls())
                .extracting(ToolCall::id)
                .doesNotHaveDuplicates()
                .doesNotContain("");
        assertThat(answer.toolCalls()).extracting(ToolCall::name).endsWith("get_time", "get_time");
    }

    @Test
    void reasoningIsTakenFromTheMetadata() {
        String key = PosternChatModel.REASONING;

        stream(over(
                        FakeChatModel.message("", Map.of(key, "Let me ")),
                        FakeChatModel.message("", Map.of(key, "Let me think.")),
                        FakeChatModel.message("Hm.", Map.of("isThought", true)),
                        FakeChatModel.message("Hi", Map.of(key, "Let me think.", "isThought", false)),
                        FakeChatModel.end("STOP")))
                .expectReasoning("Let me ")
                .expectReasoning("think.")
                .expectReasoning("Hm.")
                .expectText("Hi")
                .expectStop(StopReason.END_TURN);
    }

    @Test
    void piecesOfReasoningAreKept() {
        String key = PosternChatModel.REASONING;

        stream(over(
                        FakeChatModel.message("", Map.of(key, "ha")),
                        FakeChatModel.message("", Map.of(key, "ho")),
                        FakeChatModel.message("", Map.of(key, "hahoy")),
                        FakeChatModel.end("STOP")))
                .expectReasoning("ha")
                .expectReasoning("ho")
                .expectReasoning("hahoy")
                .expectStop(StopReason.END_TURN);
    }

    @Test
    void aSignatureHasItsOrigin() {
        LlmProvider provider = over(
                FakeChatModel.message("Let me think.", Map.of("signature", "sig-1")),
                FakeChatModel.text("Hi"),
                FakeChatModel.end("STOP"));

        Content first = StreamProbe.of(provider.stream(HELLO))
                .request(Long.MAX_VALUE)
                .answer()
                .message()
                .parts()
                .get(0);

        assertThat(first).isInstanceOfSatisfying(Content.Reasoning.class, thought -> {
            assertThat(thought.text()).isEqualTo("Let me think.");
            assertThat(thought.signature()).isEmpty();
            assertThat(thought.providerData().origin()).isEqualTo("spring-ai:" + provider.name());
            assertThat(thought.providerData().values()).containsEntry("signature", "sig-1");
        });
    }

    @Test
    void subscribersAndWhatFollowsATimeoutMayBlock() throws Exception {
        CompletableFuture<Boolean> onEventLoop = new CompletableFuture<>();
        over(new FakeChatModel(Flux.just(FakeChatModel.text("Hi")).publishOn(Schedulers.parallel()))).stream(HELLO)
                .subscribe(new Flow.Subscriber<>() {
                    @Override
                    public void onSubscribe(Flow.Subscription subscription) {
                        subscription.request(1);
                    }

                    @Override
                    public void onNext(StreamEvent event) {
                        onEventLoop.complete(Schedulers.isInNonBlockingThread());
                    }

                    @Override
                    public void onError(Throwable failure) {
                        onEventLoop.completeExceptionally(failure);
                    }

                    @Override
                    public void onComplete() {}
                });
        assertThat(onEventLoop.get(30, TimeUnit.SECONDS)).isFalse();

        CompletionRequest soon = CompletionRequest.builder()
                .user("Hello")
                .context(CallContext.builder().within(Duration.ofMillis(50)).build())
                .build();
        CompletableFuture<Boolean> afterTimeout = over(new FakeChatModel(Flux.never()))
                .completionsAsync(soon)
                .handle((answer, failure) -> failure == null || Schedulers.isInNonBlockingThread());
        assertThat(afterTimeout.get(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void anAnswerWithoutAnythingIsAFailure() {
        stream(over(new FakeChatModel(Flux.empty()))).expectFailure(Kind.INCOMPLETE_STREAM);
        stream(over(new ChatResponse(List.of()))).expectFailure(Kind.INCOMPLETE_STREAM);
        assertThat(catchThrowable(() -> over(new ChatResponse(List.of())).completions(HELLO)))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.INCOMPLETE_STREAM));
    }

    @Test
    void aResponseIsRequestedWhenAnEventIsWanted() {
        FakeChatModel model = new FakeChatModel(
                FakeChatModel.message("a", Map.of(), CALL), FakeChatModel.text("b"), FakeChatModel.end("STOP"));
        StreamProbe probe = stream(over(model));
        assertThat(probe.next()).isEqualTo(new StreamEvent.ContentDelta("a"));
        assertThat(model.demand).containsExactly(1L);

        assertThat(probe.next()).isEqualTo(new StreamEvent.ToolCallStart("call_1", "get_weather"));
        assertThat(probe.next()).isEqualTo(new StreamEvent.ToolCallDelta("call_1", "{\"city\":\"Paris\"}"));
        assertThat(probe.next()).isInstanceOf(StreamEvent.ToolCallComplete.class);
        assertThat(model.demand).containsExactly(1L);

        assertThat(probe.next()).isEqualTo(new StreamEvent.ContentDelta("b"));
        assertThat(model.demand).containsExactly(1L, 1L);
        probe.cancel();
        assertThat(model.cancelled).hasValue(1);
    }

    @Test
    void aModelThatCannotStreamIsAskedForTheWholeAnswer() {
        ChatModel model = prompt -> FakeChatModel.text("Hi");

        stream(over(model)).expectText("Hi").expectStop(StopReason.OTHER);
    }

    @Test
    void messagesAreThoseOfSpringAi() {
        Prompt prompt = prompt(CompletionRequest.builder()
                .system("Be brief.")
                .user(Content.text("Look"), Content.image("image/png", new byte[] {1, 2}))
                .message(new Message(
                        Role.ASSISTANT,
                        List.of(Content.text("Let me see."), ToolCall.of("1", "get_weather", Map.of("city", "Paris")))))
                .toolResults(ToolResult.of("1", "sunny"))
                .message(Message.developer("Now in French."))
                .build());

        List<org.springframework.ai.chat.messages.Message> messages = prompt.getInstructions();
        assertThat(messages).hasSize(5);
        assertThat(messages.get(0)).isEqualTo(new SystemMessage("Be brief."));
        assertThat(messages.get(1).getText()).isEqualTo("Look");
        assertThat(((UserMessage) messages.get(1)).getMedia().get(0).getDataAsByteArray())
                .containsExactly(1, 2);
        assertThat(((AssistantMessage) messages.get(2)).getToolCalls())
                .containsExactly(new AssistantMessage.ToolCall("1", "function", "get_weather", "{\"city\":\"Paris\"}"));
        assertThat(((ToolResponseMessage) messages.get(3)).getResponses())
                .containsExactly(new ToolResponseMessage.ToolResponse("1", "get_weather", "sunny"));
        assertThat(messages.get(4)).isEqualTo(new SystemMessage("Now in French."));
    }

    @Test
    void optionsAreLaidOverThoseOfTheModel() {
        Prompt prompt = prompt(CompletionRequest.builder()
                .user("Hello")
                .maxTokens(9)
                .topP(0.5)
                .stop("END")
                .seed(7)
                .parallelToolCalls(false)
                .tool(ToolDefinition.of("get_weather", "", Map.of("type", "object")))
                .build());

        ToolCallingChatOptions options = (ToolCallingChatOptions) prompt.getOptions();
        assertThat(options.getModel()).isEqualTo("default");
        assertThat(options.getTemperature()).isEqualTo(0.3);
        assertThat(options.getMaxTokens()).isEqualTo(9);
        assertThat(options.getTopP()).isEqualTo(0.5);
        assertThat(options.getStopSequences()).containsExactly("END");
        assertThat(options.getToolCallbacks()).hasSize(1);
        assertThat(options.getToolCallbacks().get(0).getToolDefinition().inputSchema())
                .isEqualTo("{\"type\":\"object\"}");
        assertThat(catchThrowable(() -> options.getToolCallbacks().get(0).call("{}")))
                .hasMessageContaining("get_weather");
    }

    @Test
    void noToolIsOfferedIfNoneMayBeCalled() {
        Prompt prompt = prompt(CompletionRequest.builder()
                .user("Hello")
                .tool(ToolDefinition.of("get_weather", "", Map.of()))
                .toolChoice(ToolChoice.NONE)
                .build());

        assertThat(((ToolCallingChatOptions) prompt.getOptions()).getToolCallbacks())
                .isEmpty();
    }

    @Test
    void whatHasNoPlaceIsRefused() {
        CompletionRequest.Builder tool =
                CompletionRequest.builder().user("Hello").tool(ToolDefinition.of("get_weather", "", Map.of()));

        assertThat(refused(tool.toolChoice(ToolChoice.ANY).build())).hasMessageContaining("a tool choice");
        assertThat(refused(HELLO.toBuilder()
                        .responseFormat(ResponseFormat.jsonObject())
                        .build()))
                .hasMessageContaining("a response format");
        assertThat(refused(HELLO.toBuilder().extra(Map.of("n", 2)).build())).hasMessageContaining("extra fields");
        LlmException key = refused(HELLO.toBuilder()
                .options(CallOptions.builder().apiKey("sk-secret").build())
                .build());
        assertThat(key).hasMessageContaining("keys").hasMessageNotContaining("sk-secret");
        assertThat(key.kind()).isEqualTo(Kind.UNSUPPORTED);
        assertThat(refused(CompletionRequest.builder()
                        .user(new ToolResult("1", List.of(Content.imageUrl("https://example.com/a.png")), false))
                        .build()))
                .hasMessageContaining("tool results");
    }

    @Test
    void theApplicationMaySetOptionsOfTheModel() {
        FakeChatModel model = new FakeChatModel(FakeChatModel.text("Hi"));
        LlmProvider llm = ChatModelProvider.builder("spring", model)
                .options((request, options) -> options.topK((int) request.seed().getAsLong()))
                .build();

        llm.completions(HELLO.toBuilder().seed(7).extra(Map.of("n", 2)).build());

        assertThat(model.prompts.get(0).getOptions().getTopK()).isEqualTo(7);
    }

    @Test
    void metadataOfTheModelGoesBackToItOnly() {
        FakeChatModel model = new FakeChatModel(FakeChatModel.message(
                "Hi", Map.of("thoughtSignatures", List.of(new byte[] {1, 2}), "id", "r-1", "refusal", "")));
        CompletionResponse answer = over(model).completions(HELLO);
        CompletionRequest next =
                HELLO.toBuilder().message(answer.message()).user("And now?").build();

        over(model).completions(next);
        ChatModelProvider.of("other", model).completions(next);

        Map<String, Object> metadata =
                model.prompts.get(1).getInstructions().get(1).getMetadata();
        assertThat(metadata).containsOnlyKeys("messageType", "thoughtSignatures");
        assertThat((List<?>) metadata.get("thoughtSignatures")).first().isEqualTo(new byte[] {1, 2});
        assertThat(model.prompts.get(2).getInstructions().get(1).getMetadata()).containsOnlyKeys("messageType");
    }

    @Test
    void theDeadlineEndsACall() {
        CompletionRequest soon = HELLO.withContext(
                CallContext.builder().within(Duration.ofMillis(20)).build());
        CompletionRequest late =
                HELLO.withContext(CallContext.builder().within(Duration.ZERO).build());
        LlmProvider llm = over(new FakeChatModel(Flux.never()));

        StreamProbe.of(llm.stream(soon)).expectFailure(Kind.TIMEOUT);
        assertThat(catchThrowable(() -> llm.completions(soon)))
                .isInstanceOfSatisfying(
                        LlmException.class, e -> assertThat(e.kind()).isEqualTo(Kind.TIMEOUT));
        assertThat(refused(late).kind()).isEqualTo(Kind.TIMEOUT);
    }

    @Test
    void aGatewayFallsBackToAChatModel() {
        try (Gateway gateway = Gateway.builder()
                .backend("cloud", FakeLlm.failing(Kind.OVERLOADED).repeatLast())
                .backend("spring", over(new FakeChatModel(FakeChatModel.text("Hi"), FakeChatModel.end("STOP"))))
                .fallbacks("cloud", List.of("spring"))
                .build()) {
            stream(gateway).expectText("Hi").expectStop(StopReason.END_TURN);
        }
    }

    @Test
    void theModelOfTheOptionsIsTheOnlyOneThatIsListed() {
        assertThat(over(FakeChatModel.text("")).listModels())
                .containsExactly(new ModelInfo("default", "spring", List.of("chat")));
        assertThat(over(FakeChatModel.text("")).health().up()).isTrue();
    }

    /** Both directions, one over the other: nothing of an answer is lost. */
    @Test
    void aProviderBehindAChatModelGivesTheSameEvents() {
        ToolCall call = ToolCall.of("call_1", "get_weather", Map.of("city", "Paris"));
        FakeLlm fake = FakeLlm.named("fake")
                .thenAnswer(CompletionResponse.builder()
                        .model("m")
                        .content(List.of(Content.Reasoning.of("Hm."), Content.text("Let me see."), call))
                        .stopReason(StopReason.TOOL_USE)
                        .usage(new Usage(10, 5, OptionalLong.of(8), OptionalLong.of(1), OptionalLong.of(3)))
                        .build())
                .repeatLast();
        LlmProvider twice = over(Models.over(fake));

        CompletionResponse direct = fake.completions(HELLO);
        CompletionResponse streamed = stream(twice).answer();

        assertThat(streamed.message()).isEqualTo(direct.message());
        assertThat(streamed.usage()).isEqualTo(direct.usage());
        assertThat(streamed.stopReason()).isEqualTo(direct.stopReason());
        assertThat(twice.completions(HELLO).message()).isEqualTo(direct.message());
    }
}
