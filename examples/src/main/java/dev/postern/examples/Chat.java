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
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Agents;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A conversation in a terminal, with a model or, after {@code /agent NAME}, with an agent. Text appears as it arrives.
 * Ctrl-C stops the answer and not the program. The agents come from {@code --config FILE}, else they are {@link
 * BuiltInAgents}.
 */
public final class Chat {
    private final LlmProvider llm;
    private final Agents agents;
    private final BufferedReader in;
    private final PrintStream out;
    private List<Message> history = List.of();
    private String model = ""; // the provider's default
    private String agent = ""; // empty: the conversation is with the model
    private String session = ""; // of the agent; empty: the next message begins a new session
    private volatile Runnable onCtrlC = this::prompt;

    Chat(LlmProvider llm, BufferedReader in, PrintStream out) {
        this(llm, BuiltInAgents.of(llm), in, out);
    }

    Chat(LlmProvider llm, Agents agents, BufferedReader in, PrintStream out) {
        this.llm = llm;
        this.agents = agents;
        this.in = in;
        this.out = out;
    }

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        if (args.length == 0) {
            Example.main((llm, out) -> start(new Chat(llm, in, out)));
        } else if (args.length == 2 && args[0].equals("--config")) {
            System.exit(Example.explained(
                    () -> {
                        try (RunningGateway running = GatewayLoader.create().load(Path.of(args[1]))) {
                            start(new Chat(running.gateway(), running.agents(), in, System.out));
                        }
                    },
                    System.out));
        } else {
            System.err.println("Usage: examples/run chat [--config FILE]");
            System.exit(2);
        }
    }

    private static void start(Chat chat) throws Exception {
        CtrlC.handle(chat::ctrlC);
        chat.run();
    }

    /** Reads lines until the input ends. */
    void run() throws IOException, InterruptedException {
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
                } else if (!text.isEmpty() && agent.isEmpty()) {
                    answer(text);
                } else if (!text.isEmpty()) {
                    askAgent(text);
                }
            } catch (LlmException e) { // print one line and continue
                out.println("(" + e.kind() + ") " + e.getMessage());
            }
        }
        out.println();
    }

    /** Stops the current answer; without an answer, prints a new prompt. May be called by any thread. */
    void ctrlC() {
        onCtrlC.run();
    }

    private void answer(String question) {
        List<Message> conversation = new ArrayList<>(history);
        conversation.add(Message.user(question));
        CompletionRequest request =
                CompletionRequest.builder().model(model).messages(conversation).build();

        CompletionCollector collector = new CompletionCollector();
        AnswerScreen shown = new AnswerScreen(out);
        boolean whole = false;
        try (EventStream events = EventStream.of(llm.stream(request))) {
            onCtrlC = events::close; // cancels the call and ends the loop
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
            answer = response.message(); // includes data that the backend needs in the next request
            if (response.stopReason() != StopReason.END_TURN) {
                out.println("(" + response.stopReason() + ")");
            }
        } else {
            out.println("(stopped)");
        }
        if (!answer.text().isEmpty()) {
            conversation.add(answer);
            history = conversation; // a turn that failed is not added
        }
    }

    /** Sends the message only, because the agent stores the conversation. */
    private void askAgent(String question) throws InterruptedException {
        AgentScreen screen = new AgentScreen(out);
        onCtrlC = screen::cancel;
        Optional<AgentResult> result;
        try {
            result = screen.show(
                    agents.agent(agent).stream(AgentInput.of(question).withSession(session)));
        } finally {
            onCtrlC = this::prompt;
        }
        result.ifPresentOrElse(done -> session = done.sessionId(), () -> out.println("(stopped)"));
    }

    private void command(String line) {
        String[] words = line.split("\\s+", 2);
        switch (words[0]) {
            case "/help" -> help();
            case "/reset" -> {
                history = List.of();
                session = "";
                out.println("(all is forgotten" + (agent.isEmpty() ? ")" : " but what " + agent + " has stored)"));
            }
            case "/model" -> {
                if (words.length == 2) {
                    model = words[1];
                    out.println("(the next answer comes from " + model + ")");
                } else {
                    llm.listModels().stream().map(ModelInfo::name).sorted().forEach(out::println);
                }
            }
            case "/agent" -> {
                if (words.length == 2) {
                    take(words[1]);
                } else {
                    agents.list()
                            .forEach(spec -> out.println(
                                    spec.name() + (spec.description().isEmpty() ? "" : ": " + spec.description())));
                }
            }
            default -> out.println("There is no " + words[0] + "; /help lists what there is.");
        }
    }

    private void take(String name) {
        if (name.equals("none")) {
            agent = "";
            out.println("(the model itself answers)");
        } else {
            agents.get(name); // throws if there is no such agent
            agent = name;
            session = "";
            out.println("(" + name + " answers, in a new session)");
        }
    }

    private void help() {
        out.println("Say something. Ctrl-C stops an answer; Ctrl-D or /quit ends the program.");
        out.println("/model lists the models, /model NAME takes one; /reset forgets all that was said.");
        out.println("/agent lists the agents, /agent NAME takes one, /agent none goes back to the model.");
    }

    private void prompt() {
        out.println();
        out.print("> ");
        out.flush();
    }
}
