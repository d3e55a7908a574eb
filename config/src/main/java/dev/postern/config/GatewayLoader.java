package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.Timeouts;
import dev.postern.agent.Agents;
import dev.postern.agent.AgentsBuilder;
import dev.postern.call.Instrumentation;
import dev.postern.flow.SharedHttpClient;
import dev.postern.gateway.BackendListener;
import dev.postern.gateway.Gateway;
import dev.postern.gateway.GatewayBuilder;
import dev.postern.spi.Settings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Starts the gateway and the agents that a file in YAML or JSON describes.
 *
 * <pre>{@code
 * providers:
 *   llm:
 *     default: main                            # a backend or a group; not needed if there is one backend
 *     backends:
 *       main:
 *         backend: openai                      # openai, bedrock, gateway, noop, or the type of a ProviderFactory
 *         config:
 *           api_key: ${OPENAI_API_KEY}
 *           default_model: gpt-4o              # also the model of calls that come from another backend's fallback
 *           concurrency: 8                     # calls at the same time
 *           cooldown: {after: 3, for: 30s}     # failures in a row, and how long the backend is not asked then
 *       aws:
 *         backend: bedrock
 *         config: {region: "${AWS_REGION:-us-east-1}"}
 *     fallbacks: {main: [aws]}
 *     total_timeout: 2m                        # of a call, over all backends
 * agents:                                      # may be left out
 *   store: agents.json                         # where agents that are created at run time are stored; default nowhere
 *   specs:
 *     helper:
 *       system_prompt: You are a helpful assistant.
 *       primitives: {memory: {enabled: true}, tools: {tools: [get_weather]}}
 * }</pre>
 *
 * <p>The project's page <i>Configuration files</i> has all keys. A single backend has a short form, {@code llm: {backend:
 * openai, config: {…}}}; its name is {@code default}. The keys of a {@code config} depend on the type of the backend. Unknown
 * keys are errors. Files of the Python Agentic Primitives Gateway work: its names of backends are known, and sections that
 * are not about language models or agents are skipped, with a line in the log for each.
 *
 * <p><b>Variables</b> may be used in values: {@code ${NAME}} or {@code $NAME} must be set; {@code ${NAME:-text}} or {@code
 * ${NAME:=text}} is the text if the variable is not set or empty; {@code $$} is a dollar. The text can contain neither a
 * variable nor a closing brace. Variables are replaced once, after the file was parsed, so that none can change its
 * structure. A number or duration may come from a variable.
 *
 * <p><b>Durations</b> are {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h} or a number of seconds. <b>Sizes</b> are a
 * number of bytes, or {@code 64k}, {@code 16MiB}.
 *
 * <p>A text is <b>JSON</b> if it is named {@code .json}, or if it begins with a brace and is not named {@code .yaml} or {@code
 * .yml}; otherwise it is YAML 1.2. Anchors, aliases and merge keys work; only the first of several documents is used. A text
 * has at most 1 MiB.
 *
 * <p>All failures are {@link LlmException}s of kind {@link LlmException.Kind#CONFIGURATION} that name the place, such as
 * {@code gateway.yaml:12: providers.llm.backends.main.config.bas_url: is not a known key. Did you mean
 * 'base_url'?}. They contain no value of the file, because it may be a secret. On a failure, everything that was built is
 * closed.
 *
 * <p>A loader can be used many times, by one thread at a time.
 */
public final class GatewayLoader {
    private Map<String, String> environment = System.getenv();
    private @Nullable ClassLoader classLoader;
    private final List<BackendListener> listeners = new ArrayList<>();
    private Instrumentation instrumentation = Instrumentation.NONE;
    private final ApplicationSections sections = new ApplicationSections();
    private Consumer<AgentsBuilder> agents = builder -> {};

    private GatewayLoader() {}

    /** Creates a loader that uses the environment variables of this process. */
    public static GatewayLoader create() {
        return new GatewayLoader();
    }

    /**
     * Sets the variables that values of the file can use; the default is the environment variables of this process. A
     * provider that reads environment variables itself, such as those of AWS, still reads those of the process.
     */
    public GatewayLoader environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    /**
     * Sets the class loader that finds factories of providers and stores. The default is two class loaders: first the context
     * class loader of the thread that loads or reloads the file, then the class loader of this class.
     */
    public GatewayLoader classLoader(ClassLoader loader) {
        classLoader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /** Adds a listener to each gateway that is loaded; may be called several times. */
    public GatewayLoader listener(BackendListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /** Adds listeners and interceptors for the calls of each gateway that is loaded; may be called several times. */
    public GatewayLoader instrumentation(Instrumentation with) {
        instrumentation = instrumentation.plus(with);
        return this;
    }

    /**
     * Sets a function that adds tools, memories and other objects of the application to its agents. It is called at each
     * load and each reload, before the settings of the file are added.
     */
    public GatewayLoader agents(Consumer<AgentsBuilder> settings) {
        agents = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * Adds a section of the application at the top of the file, such as {@code server}. It is read with each load and each
     * reload; if the file has none, an empty one is read. Keys that the reader does not use are refused.
     *
     * @param reader reads the section and returns what puts it into effect; that runs after everything else was loaded. If it
     *     fails, {@code load} closes the gateway and throws the exception
     * @throws LlmException of kind CONFIGURATION if the name is in use
     */
    public GatewayLoader section(String name, Function<Settings, Runnable> reader) {
        sections.add(name, reader);
        return this;
    }

    /**
     * Starts what a file describes. The caller closes it.
     *
     * @throws LlmException of kind CONFIGURATION that names file, line, path and remedy
     */
    public RunningGateway load(Path file) {
        return start(ConfigText.of(file));
    }

    /** Starts what a text without a name describes; see {@link #parse(String, String)}. */
    public RunningGateway parse(String text) {
        return parse(text, "");
    }

    /**
     * Starts what a text describes. The caller closes it.
     *
     * @param name names the text in errors; its ending says whether it is YAML or JSON. May be empty
     * @throws LlmException of kind CONFIGURATION that names line, path and remedy
     */
    public RunningGateway parse(String text, String name) {
        return start(ConfigText.of(Objects.requireNonNull(name, "name"), text));
    }

    /**
     * Replaces the configuration of a gateway and its agents by what the file describes now. All of it is built first; then
     * calls go to the new backends, and the old ones are closed after their last call. On any failure until then the gateway stays as
     * it is. The store, the memories and the conversations of the agents are kept. At last the application's {@linkplain
     * #section sections} take effect; if one of them fails, its exception is thrown and the new configuration stays.
     *
     * @throws LlmException of kind CONFIGURATION, as by {@link #load(Path)}, or if the gateway is closed
     */
    public void reload(RunningGateway running, Path file) {
        reload(Objects.requireNonNull(running, "running"), ConfigText.of(file));
    }

    /**
     * Replaces the configuration by what a text describes, as {@link #reload(RunningGateway, Path)} does.
     *
     * @param name names the text in errors; its ending says whether it is YAML or JSON. May be empty
     * @throws LlmException of kind CONFIGURATION, as by {@link #parse(String, String)}, or if the gateway is closed
     */
    public void reload(RunningGateway running, String text, String name) {
        reload(Objects.requireNonNull(running, "running"), ConfigText.of(Objects.requireNonNull(name, "name"), text));
    }

    private void reload(RunningGateway running, ConfigText text) {
        build(
                text,
                (builder, declarations) -> {
                    AgentsBuilder next = Agents.builder(running.gateway());
                    declarations.declare(next);
                    next.build(); // an invalid declaration must fail here, before anything is replaced
                    running.gateway().reload(builder);
                    running.agents().reload(next);
                    return running;
                },
                unchanged -> {});
    }

    private RunningGateway start(ConfigText text) {
        return build(
                text,
                (builder, declarations) -> {
                    Gateway gateway = builder.build();
                    AgentsBuilder all = Agents.builder(gateway);
                    declarations.declare(all);
                    declarations.store(classLoader).ifPresent(all::store);
                    declarations.openMemory(all, classLoader);
                    return new RunningGateway(gateway, all.build());
                },
                RunningGateway::close);
    }

    /**
     * Builds everything that the text describes; {@code last} puts it into effect, and {@code undo} runs if a section of the
     * application fails after that.
     */
    private RunningGateway build(
            ConfigText text,
            BiFunction<GatewayBuilder, AgentsSection, RunningGateway> last,
            Consumer<RunningGateway> undo) {
        Node.Section root = DocumentReader.read(text);
        Variables variables = new Variables(environment);
        Settings llm = SettingsReader.of(text, Sections.llm(text, root, sections.names()), Sections.LLM, variables);
        Runnable applicationSections = sections.read(text, root, variables);
        SharedHttpClient shared = new SharedHttpClient(Timeouts.defaults().connect());
        List<LlmProvider> providers = new ArrayList<>();
        RunningGateway running = null;
        boolean done = false;
        try {
            GatewayBuilder builder = Gateway.builder().alsoClose(shared).instrumentation(instrumentation);
            listeners.forEach(builder::listener);
            LlmSection backends = new LlmSection(llm);
            backends.route(builder);
            backends.build(builder, new Backends(ProviderFactories.find(classLoader), shared::get), providers);
            Settings section = SettingsReader.of(text, Sections.agents(text, root), Sections.AGENTS, variables);
            running = last.apply(builder, new AgentsSection(section, backends.routes(), agents));
            applicationSections.run();
            done = true;
            return running;
        } finally {
            if (running == null) {
                providers.forEach(Backends::closeQuietly);
                shared.close();
            } else if (!done) {
                undo.accept(running);
            }
        }
    }
}
