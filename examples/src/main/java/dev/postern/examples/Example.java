package dev.postern.examples;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.ModelInfo;
import dev.postern.openai.OpenAiProvider;
import dev.postern.openai.OpenAiProviderBuilder;
import dev.postern.server.standin.StandInServer;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/**
 * The common part of all examples: chooses the server, prints it, and prints a failure in one sentence.
 *
 * <p>The variables {@code OPENAI_BASE_URL}, {@code OPENAI_API_KEY} and {@code OPENAI_MODEL} set the server and its
 * model. Without them, the server is a {@link StandInServer}. {@link Bedrock} has its own variables.
 */
final class Example {
    private static final String BASE_URL = "OPENAI_BASE_URL";
    private static final String API_KEY = "OPENAI_API_KEY";
    private static final String MODEL = "OPENAI_MODEL";

    private Example() {}

    /** An example that uses a provider. */
    @FunctionalInterface
    interface Program {
        void run(LlmProvider llm, PrintStream out) throws Exception;
    }

    /** An example that uses the settings of a server: address, key and model, under their names in the environment. */
    @FunctionalInterface
    interface SettingsProgram {
        void run(Map<String, String> settings, PrintStream out) throws Exception;
    }

    /** The steps of an example. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Runs a program and ends the process with its status. */
    static void main(Program program) throws Exception {
        System.exit(run(program, System.getenv(), System.out));
    }

    /** Runs a program and returns its status, which is 0 for success. */
    static int run(Program program, Map<String, String> environment, PrintStream out) throws Exception {
        return explained(
                () -> {
                    if (isConfigured(environment)) {
                        runConfigured(program, environment, out);
                    } else {
                        runStandIn(program, out);
                    }
                },
                out);
    }

    /** Runs a program that creates its provider from the settings. Returns its status, which is 0 for success. */
    static int runWithSettings(SettingsProgram program, Map<String, String> environment, PrintStream out)
            throws Exception {
        return explained(
                () -> {
                    if (isConfigured(environment)) {
                        Map<String, String> settings = new HashMap<>(environment);
                        settings.computeIfAbsent(MODEL, none -> onlyModel(builder(environment)));
                        program.run(settings, out);
                    } else {
                        sayStandIn(out);
                        try (StandInServer server = StandInServer.start()) {
                            program.run(Map.of(BASE_URL, server.baseUrl(), MODEL, StandInServer.MODEL), out);
                        }
                    }
                },
                out);
    }

    /** Runs the steps and prints a failure in one sentence. Returns the status, which is 0 for success. */
    static int explained(Action action, PrintStream out) throws Exception {
        try {
            action.run();
            return 0;
        } catch (LlmException e) {
            return failed(e, out);
        } catch (CompletionException e) { // thrown by CompletableFuture.join()
            if (e.getCause() instanceof LlmException failure) {
                return failed(failure, out);
            }
            throw e;
        }
    }

    private static int failed(LlmException failure, PrintStream out) {
        out.println("Failed (" + failure.kind() + "): " + failure.getMessage());
        return 1;
    }

    private static boolean isConfigured(Map<String, String> environment) {
        return !setting(environment, BASE_URL).isEmpty()
                || !setting(environment, API_KEY).isEmpty();
    }

    private static void runConfigured(Program program, Map<String, String> environment, PrintStream out)
            throws Exception {
        OpenAiProviderBuilder builder = builder(environment);
        String model = setting(environment, MODEL);
        if (model.isEmpty()) {
            model = onlyModel(builder);
        }
        try (OpenAiProvider llm = builder.defaultModel(model).build()) {
            out.println("Server: " + llm + (model.isEmpty() ? "" : ", model " + model));
            out.println();
            program.run(llm, out);
        }
    }

    private static OpenAiProviderBuilder builder(Map<String, String> environment) {
        String baseUrl = setting(environment, BASE_URL);
        OpenAiProviderBuilder builder = OpenAiProvider.builder().apiKey(setting(environment, API_KEY));
        return baseUrl.isEmpty() ? builder : builder.baseUrl(baseUrl);
    }

    /**
     * The model of a server with only one model; empty if the server does not list it, because many such servers need
     * no name.
     */
    private static String onlyModel(OpenAiProviderBuilder builder) {
        List<String> names;
        try (OpenAiProvider llm = builder.build()) {
            names = llm.listModels().stream().map(ModelInfo::name).sorted().toList();
        } catch (LlmException e) {
            if (e.kind() == LlmException.Kind.NOT_FOUND) {
                return "";
            }
            throw e;
        }
        if (names.size() > 1) {
            String some = String.join(", ", names.subList(0, Math.min(names.size(), 10)));
            throw new LlmException(
                    LlmException.Kind.CONFIGURATION,
                    "OPENAI_MODEL is not set, and this server has " + names.size() + " models: " + some
                            + (names.size() > 10 ? ", …" : "."));
        }
        return names.isEmpty() ? "" : names.get(0);
    }

    private static void sayStandIn(PrintStream out) {
        out.println("No server is configured, so this talks to a stand-in: a small program on a port of this machine");
        out.println("that speaks OpenAI's protocol and has a few rules where a model would be. For a real one, set");
        out.println("OPENAI_BASE_URL, OPENAI_API_KEY and OPENAI_MODEL, as far as your server needs them.");
        out.println();
    }

    private static void runStandIn(Program program, PrintStream out) throws Exception {
        sayStandIn(out);
        try (StandInServer server = StandInServer.start();
                LlmProvider llm = OpenAiProvider.builder()
                        .baseUrl(server.baseUrl())
                        .defaultModel(StandInServer.MODEL)
                        .build()) {
            program.run(llm, out);
        }
    }

    /** The trimmed value of an environment variable; empty if it is not set. */
    static String setting(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, "").trim();
    }
}
