package dev.postern.examples;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Runs an example by its name, without a shell script: {@code mvnw -pl examples -am -DskipTests package exec:java
 * -Dexec.args=quickstart}. The arguments after the name go to the example.
 */
public final class Main {
    private static final Map<String, Program> EXAMPLES = examples();

    private Main() {}

    /** The {@code main} method of an example. */
    @FunctionalInterface
    private interface Program {
        void run(String[] arguments) throws Exception;
    }

    private static Map<String, Program> examples() {
        Map<String, Program> examples = new LinkedHashMap<>();
        examples.put("quickstart", Quickstart::main);
        examples.put("chat", Chat::main);
        examples.put("streaming", Streaming::main);
        examples.put("tools", Tools::main);
        examples.put("agent", DeclaredAgent::main);
        examples.put("mcp", Mcp::main);
        examples.put("structured", JsonAnswer::main);
        examples.put("errors", Errors::main);
        examples.put("bedrock", Bedrock::main);
        examples.put("routing", Routing::main);
        examples.put("observability", Observability::main);
        examples.put("reactor", Reactive::main);
        examples.put("langchain4j", LangChain4j::main);
        examples.put("spring-ai", SpringAi::main);
        examples.put("custom-provider", CustomProvider::main);
        return examples;
    }

    /** Runs the example with the name in the first argument. */
    public static void main(String[] arguments) throws Exception {
        Program example = arguments.length == 0 ? null : EXAMPLES.get(arguments[0]);
        if (example == null) {
            System.exit(usage(arguments, System.err));
            return;
        }
        example.run(Arrays.copyOfRange(arguments, 1, arguments.length));
    }

    /** Prints the names of the examples and returns the exit code. */
    static int usage(String[] arguments, PrintStream out) {
        if (arguments.length > 0) {
            out.println("There is no example '" + arguments[0] + "'.");
        }
        out.println("Examples: " + String.join(", ", EXAMPLES.keySet()));
        return 2;
    }
}
