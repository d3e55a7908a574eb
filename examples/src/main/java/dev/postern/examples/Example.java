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
 * What every example does first and last: it chooses the server, says which, and says in one sentence what went wrong.
 *
 * <p>The server is, but for {@link Bedrock}, the one that {@code OPENAI_BASE_URL} or {@code OPENAI_API_KEY} names, with the model of
 * {@code OPENAI_MODEL}. Without any of them it is a {@link StandInServer}.
 */
final class Example {
    private static final String BASE_URL = "OPENAI_BASE_URL";
    private static final String API_KEY = "OPENAI_API_KEY";
    private static final String MODEL = "OPENAI_MODEL";

    private Example() {}

    /** What an example does with a provider. */
    @FunctionalInterface
    interface Program {
        void run(LlmProvider llm, PrintStream out) throws Exception;
    }

    /** What an example does with the address of a server, its key and its model, named as in the environment. */
    @FunctionalInterface
    interface SettingsProgram {
        void run(Map<String, String> settings, PrintStream out) throws Exception;
    }

    /** All that an example does. */
    @FunctionalInterface
    interface Action {
        void run() throws Exception;
    }

    /** Runs a program as the whole of this process. */
    static void main(Program program) throws Exception {
        System.exit(run(program, System.getenv(), System.out));
    }

    /** Runs a program; 0 if all went well. */
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

    /** Runs a program that makes its provider of the settings; 0 if all went well. */
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

    /** Does it, and says in one sentence what went wrong; 0 if all went well. */
    static int explained(Action action, PrintStream out) throws Exception {
        try {
            action.run();
            return 0;
        } catch (LlmException e) {
            return failed(e, out);
        } catch (CompletionException e) { // of a future's join()
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

    /** The model of a server that has but one; empty if it does not say, as many such servers need no name. */
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

    /** An environment variable without white space around it; empty if it is not set. */
    static String setting(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, "").trim();
    }
}
