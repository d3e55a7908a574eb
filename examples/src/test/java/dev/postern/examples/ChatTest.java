package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.Content;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.openai.OpenAiProvider;
import dev.postern.server.standin.StandInServer;
import java.io.BufferedReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class ChatTest {
    private final Console console = new Console();

    @Test
    void answersUntilTheInputEnds() throws Exception {
        chatWithStandIn("What is the capital of France?", "Tell me a story");

        assertThat(console.text())
                .contains("\n> Paris\n")
                .contains("\n> Once upon a time")
                .endsWith("\n> \n");
    }

    @Test
    void quits() throws Exception {
        chatWithStandIn("/quit", "Tell me a story");

        assertThat(console.text()).endsWith("\n> ");
    }

    @Test
    void listsAndChangesModelsAndContinuesAfterAFailure() throws Exception {
        chatWithStandIn("/model", "/model nope", "Hello", "/model stand-in", "What is the capital of France?");

        assertThat(console.text())
                .contains("> stand-in\nstand-in-busy\nstand-in-cut\nstand-in-slow\n")
                .contains("> (NOT_FOUND) 'openai' (model nope) answered 404: ")
                .contains("> Paris\n");
    }

    @Test
    void theReceivedPartOfABrokenAnswerIsShown() throws Exception {
        chatWithStandIn("/model stand-in-cut", "Tell me a story");

        assertThat(console.text()).contains("> Once upon a time").contains("\n(INCOMPLETE_STREAM) ");
    }

    @Test
    void unknownCommandsAreRejected() throws Exception {
        chatWithStandIn("/nonsense", "/help");

        assertThat(console.text()).contains("There is no /nonsense").contains("> Say something.");
    }

    @Test
    void remembersTheConversationUntilItIsReset() throws Exception {
        Recorded llm =
                new Recorded(request -> text("answer " + request.messages().size()));

        chat(llm, "one", "two", "/reset", "three");

        assertThat(llm.requests.get(1).messages())
                .extracting(message -> message.role().wire() + ": " + message.text())
                .containsExactly("user: one", "assistant: answer 1", "user: two");
        assertThat(llm.requests.get(2).messages()).hasSize(1);
    }

    @Test
    void aFailedTurnIsNotPartOfTheConversation() throws Exception {
        Recorded llm = new Recorded(request -> {
            if (request.messages().get(0).text().equals("bad")) {
                throw new LlmException(LlmException.Kind.OVERLOADED, "Too much to do.");
            }
            return text("fine");
        });

        chat(llm, "bad", "good");

        assertThat(console.text()).contains("> (OVERLOADED) Too much to do.\n").contains("> fine\n");
        assertThat(llm.requests.get(1).messages()).hasSize(1);
    }

    @Test
    void showsReasoningInBracketsAndAnUnusualEnd() throws Exception {
        chat(
                new Recorded(request -> CompletionResponse.builder()
                        .content(List.of(Content.Reasoning.of("hm"), Content.text("yes, b")))
                        .stopReason(StopReason.MAX_TOKENS)
                        .build()),
                "really?");

        assertThat(console.text()).contains("> [hm]\nyes, b\n(MAX_TOKENS)\n");
    }

    @Test
    void anAgentAnswersUntilTheModelIsSelectedAgain() throws Exception {
        chatWithStandIn(
                "/agent",
                "/agent assistant",
                "Remember that I live in Oslo.",
                "What do you know about me?",
                "/reset",
                "What do you know about me?",
                "/agent nobody",
                "/agent none",
                "What is the capital of France?");

        assertThat(console.text())
                .contains("> assistant: remembers what it is told to, and may ask the critic\ncritic: finds what")
                .contains("> (assistant answers, in a new session)\n")
                .contains("> [remember {key=note, content=I live in Oslo} -> Stored memory 'note'.]\nStored memory")
                .contains("> [list_memories {} -> - note: I live in Oslo]\n- note: I live in Oslo\n")
                .contains("> (all is forgotten but what assistant has stored)\n")
                .contains("> (NOT_FOUND) Agent 'nobody' not found\n")
                .contains("> (the model itself answers)\n")
                .contains("> Paris\n");
    }

    @Test
    void anAgentKeepsTheConversationUntilItIsReset() throws Exception {
        Recorded llm =
                new Recorded(request -> text("answer " + request.messages().size()));

        chat(llm, "/agent critic", "one", "two", "/reset", "three");

        assertThat(llm.requests)
                .extracting(request -> request.messages().size())
                .containsExactly(1, 3, 1);
        assertThat(llm.requests.get(0).system()).startsWith("You find what is wrong");
    }

    @Test
    void ctrlCStopsAnAgentToo() throws Exception {
        AtomicReference<Chat> chat = new AtomicReference<>();
        PrintStream out = new PrintStream(console.out, true, StandardCharsets.UTF_8) {
            @Override
            public void print(String text) {
                super.print(text);
                if (text.contains("endless")) {
                    chat.get().ctrlC();
                }
            }
        };
        Endless llm = new Endless();
        chat.set(new Chat(llm, lines("/agent critic", "go on for ever", "/help"), out));

        chat.get().run();

        assertThat(console.text()).contains("endless\n(stopped)\n\n> Say something.");
        llm.cancelled.join();
    }

    @Test
    void theAgentsOfAConfigurationReplaceTheBuiltInOnes() throws Exception {
        try (RunningGateway running = GatewayLoader.create().parse("""
                providers: {llm: {backend: noop}}
                agents: {specs: {helper: {description: helps}, other: {}}}
                """)) {
            new Chat(running.gateway(), running.agents(), lines("/agent", "/agent helper", "hi"), console.out).run();
        }

        assertThat(console.text())
                .contains("> helper: helps\nother\n")
                .contains("> (helper answers, in a new session)\n");
    }

    @Test
    void ctrlCStopsTheAnswerAndNotTheProgram() throws Exception {
        AtomicReference<Chat> chat = new AtomicReference<>();
        AtomicReference<String> shown = new AtomicReference<>("");
        PrintStream out = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8) {
            @Override
            public void print(String text) {
                shown.updateAndGet(before -> before + text);
                if (text.contains("endless")) {
                    chat.get().ctrlC();
                }
            }

            @Override
            public void println(String text) {
                print(text + "\n");
            }
        };
        Endless llm = new Endless();
        chat.set(new Chat(llm, lines("go on for ever", "/help"), out));

        chat.get().run();

        assertThat(shown.get()).contains("endless").contains("(stopped)\n").contains("(stopped)\n> Say something.");
        llm.cancelled.join();
    }

    @Test
    void ctrlCWithoutAnAnswerPrintsANewPrompt() {
        new Chat(new Endless(), lines(), console.out).ctrlC();

        assertThat(console.text()).isEqualTo("\n> ");
    }

    private void chatWithStandIn(String... lines) throws Exception {
        try (StandInServer server = StandInServer.start(Duration.ZERO);
                LlmProvider llm = OpenAiProvider.builder()
                        .baseUrl(server.baseUrl())
                        .defaultModel(StandInServer.MODEL)
                        .build()) {
            chat(llm, lines);
        }
    }

    private void chat(LlmProvider llm, String... lines) throws Exception {
        new Chat(llm, lines(lines), console.out).run();
    }

    private static BufferedReader lines(String... lines) {
        return new BufferedReader(new StringReader(String.join("\n", lines)));
    }

    private static CompletionResponse text(String text) {
        return CompletionResponse.builder().content(text).build();
    }

    /** A provider, which needs two methods only. */
    private static final class Recorded implements LlmProvider {
        final List<CompletionRequest> requests = new ArrayList<>();
        private final Function<CompletionRequest, CompletionResponse> answer;

        Recorded(Function<CompletionRequest, CompletionResponse> answer) {
            this.answer = answer;
        }

        @Override
        public String name() {
            return "recorded";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            requests.add(request);
            return CompletableFuture.completedFuture(answer.apply(request));
        }
    }

    /** Emits one word and never ends. */
    private static final class Endless implements LlmProvider {
        final CompletableFuture<Void> cancelled = new CompletableFuture<>();

        @Override
        public String name() {
            return "endless";
        }

        @Override
        public CompletableFuture<CompletionResponse> completionsAsync(CompletionRequest request) {
            return new CompletableFuture<>();
        }

        @Override
        public Flow.Publisher<StreamEvent> stream(CompletionRequest request) {
            return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
                private boolean said;

                @Override
                public void request(long n) {
                    if (!said) {
                        said = true;
                        subscriber.onNext(new StreamEvent.ContentDelta("endless"));
                    }
                }

                @Override
                public void cancel() {
                    cancelled.complete(null);
                }
            });
        }
    }
}
