package dev.postern.examples;

import dev.postern.CompletionCollector;
import dev.postern.CompletionRequest;
import dev.postern.CompletionResponse;
import dev.postern.EventStream;
import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Message;
import dev.postern.ModelInfo;
import dev.postern.StopReason;
import dev.postern.StreamEvent;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A conversation in a terminal. Words appear as they come; Ctrl-C stops the answer, not the program. */
public final class Chat {
    private final LlmProvider llm;
    private final BufferedReader in;
    private final PrintStream out;
    private List<Message> history = List.of();
    private String model = ""; // the provider's default
    private volatile Runnable onCtrlC = this::prompt;

    Chat(LlmProvider llm, BufferedReader in, PrintStream out) {
        this.llm = llm;
        this.in = in;
        this.out = out;
    }

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        Example.main((llm, out) -> {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            Chat chat = new Chat(llm, in, out);
            CtrlC.handle(chat::ctrlC);
            chat.run();
        });
    }

    /** Reads line after line until the input ends. */
    void run() throws IOException {
        help();
        prompt();
        for (String line; (line = in.readLine()) != null; prompt()) {
            String text = line.trim();
            if (text.equals("/quit")) {
                return;
            }
            try {
                if (text.startsWith("/")) {
                    command(text);
                } else if (!text.isEmpty()) {
                    answer(text);
                }
            } catch (LlmException e) { // said in one line, and on we go
                out.println("(" + e.kind() + ") " + e.getMessage());
            }
        }
        out.println();
    }

    /** Stops the answer that is being given; without one, offers a fresh line. Any thread may call this. */
    void ctrlC() {
        onCtrlC.run();
    }

    private void answer(String question) {
        List<Message> conversation = new ArrayList<>(history);
        conversation.add(Message.user(question));
        CompletionRequest request =
                CompletionRequest.builder().model(model).messages(conversation).build();

        CompletionCollector collector = new CompletionCollector();
        Shown shown = new Shown(out);
        boolean whole = false;
        try (EventStream events = EventStream.of(llm.stream(request))) {
            onCtrlC = events::close; // ends the exchange with the server, and the loop
            for (StreamEvent event : events) {
                collector.accept(event);
                shown.add(event);
                whole |= event instanceof StreamEvent.MessageStop;
            }
        } finally {
            onCtrlC = this::prompt;
            shown.end();
        }
        Message answer = Message.assistant(collector.textSoFar());
        if (whole) {
            CompletionResponse response = collector.result();
            answer = response.message(); // with all that the backend wants back
            if (response.stopReason() != StopReason.END_TURN) {
                out.println("(" + response.stopReason() + ")");
            }
        } else {
            out.println("(stopped)");
        }
        if (!answer.text().isEmpty()) {
            conversation.add(answer);
            history = conversation; // only now: a turn that failed is no part of it
        }
    }

    private void command(String line) {
        String[] words = line.split("\\s+", 2);
        switch (words[0]) {
            case "/help" -> help();
            case "/reset" -> {
                history = List.of();
                out.println("(all is forgotten)");
            }
            case "/model" -> {
                if (words.length == 2) {
                    model = words[1];
                    out.println("(the next answer comes from " + model + ")");
                } else {
                    llm.listModels().stream().map(ModelInfo::name).sorted().forEach(out::println);
                }
            }
            default -> out.println("There is no " + words[0] + "; /help lists what there is.");
        }
    }

    private void help() {
        out.println("Say something. Ctrl-C stops an answer; Ctrl-D or /quit ends the program.");
        out.println("/model lists the models, /model NAME takes one; /reset forgets all that was said.");
    }

    private void prompt() {
        out.println();
        out.print("> ");
        out.flush();
    }

    /** The answer on the screen: the reasoning in brackets, and then the text. */
    private static final class Shown {
        private final PrintStream out;
        private boolean thinking;
        private boolean begun;

        Shown(PrintStream out) {
            this.out = out;
        }

        void add(StreamEvent event) {
            if (event instanceof StreamEvent.ContentDelta text) {
                show(false, text.delta());
            } else if (event instanceof StreamEvent.ReasoningDelta thought
                    && !thought.delta().isEmpty()) {
                show(true, thought.delta());
            }
        }

        private void show(boolean thought, String delta) {
            if (thought != thinking) {
                out.print(thought ? "[" : "]\n");
                thinking = thought;
            }
            begun = true;
            out.print(delta);
            out.flush();
        }

        void end() {
            if (begun) {
                out.println(thinking ? "]" : "");
            }
        }
    }
}
