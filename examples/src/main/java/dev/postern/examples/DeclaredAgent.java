package dev.postern.examples;

import dev.postern.agent.Agent;
import dev.postern.agent.AgentInput;
import dev.postern.agent.AgentResult;
import dev.postern.agent.Tool;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.schema.Description;
import java.io.PrintStream;
import java.util.Map;

/**
 * An agent that a configuration declares, with instructions, a memory, and the name of a tool of the application. It
 * gets two questions in one session. The agent has the tool loop that {@link Tools} writes itself.
 */
public final class DeclaredAgent {
    private static final String CONFIGURATION = """
            providers:
              llm:
                backend: openai
                config:
                  base_url: ${OPENAI_BASE_URL:-https://api.openai.com}
                  api_key: ${OPENAI_API_KEY:-}
                  default_model: ${OPENAI_MODEL:-}

            agents:
              specs:
                traveller:
                  description: knows the weather, and whom it talks to
                  system_prompt: |
                    You are a travel assistant. Store what people ask you to remember,
                    and look there before you say that you do not know them.
                  primitives:
                    memory: {enabled: true}
                    tools: {tools: [get_weather]}
                  max_turns: 8
            """;

    /** The data of the tool. A real tool would call a service. */
    private static final Map<String, String> WEATHERS = Map.of("Paris", "18 °C and sunny", "Oslo", "9 °C and rainy");

    private DeclaredAgent() {}

    /** The input of the tool. Its JSON schema is derived from this record. */
    record Place(@Description("for example Paris") String city) {}

    private static String weather(Place place) {
        String weather = WEATHERS.get(place.city());
        if (weather == null) {
            throw new IllegalArgumentException("no station in " + place.city()); // the model gets this message
        }
        return weather;
    }

    /** Runs the example. */
    public static void main(String[] args) throws Exception {
        System.exit(Example.runWithSettings(DeclaredAgent::run, System.getenv(), System.out));
    }

    static void run(Map<String, String> settings, PrintStream out) throws InterruptedException {
        GatewayLoader loader = GatewayLoader.create()
                .environment(settings)
                .agents(agents -> agents.tool(
                        Tool.of("get_weather", "The weather in a city, now.", Place.class, DeclaredAgent::weather)));
        try (RunningGateway running = loader.parse(CONFIGURATION)) {
            Agent agent = running.agents().agent("traveller");

            AgentInput first = AgentInput.of("Remember that I like rain. What is the weather in Oslo and in Paris?");
            String session = ask(agent, first, out);
            ask(agent, AgentInput.of("What do you know about me?").withSession(session), out);

            out.println("The session " + session + " has "
                    + running.agents()
                            .conversations()
                            .sessions("system:traveller")
                            .get(0)
                            .turns()
                    + " turns; the memory holds "
                    + running.agents()
                            .memories()
                            .list("agent:system:traveller", 10)
                            .size() + ".");
        }
    }

    /** Prints a run as it happens, and returns its session. */
    private static String ask(Agent agent, AgentInput input, PrintStream out) throws InterruptedException {
        out.println("> " + input.message());
        AgentResult result = new AgentScreen(out).show(agent.stream(input)).orElseThrow();
        out.println("(" + result.turns() + " turns, tools " + result.toolsCalled() + ", "
                + result.usage().map(usage -> usage.totalTokens() + " tokens").orElse("tokens unknown") + ")");
        out.println();
        return result.sessionId();
    }
}
