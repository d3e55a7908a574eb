package dev.postern.config;

import dev.postern.LlmException;
import dev.postern.LlmProvider;
import dev.postern.agent.Agents;
import dev.postern.agent.AgentsBuilder;
import dev.postern.gateway.Gateway;
import dev.postern.gateway.GatewayBuilder;
import dev.postern.gateway.GatewayListener;
import dev.postern.http.SharedHttpClient;
import dev.postern.spi.ProviderContext;
import dev.postern.spi.Settings;
import java.io.Reader;
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
 * Builds a {@link Gateway} of a file in YAML or JSON.
 *
 * <pre>{@code
 * providers:
 *   llm:
 *     default: main                            # a backend or a group; not needed if there is one backend
 *     backends:
 *       main:
 *         backend: openai                      # openai, bedrock, gateway, noop, or what a ProviderFactory offers
 *         config:
 *           api_key: ${OPENAI_API_KEY}
 *           default_model: gpt-4o              # also asked for when this backend is a fallback
 *           model_aliases: {fast: gpt-4o-mini}
 *           concurrency: 8                     # calls at once
 *           max_queue: 1000                    # calls that may wait for their turn
 *           requests_per_minute: 600           # evenly spread
 *           cooldown: {after: 3, for: 30s}     # failures in a row, and how long it is left alone then
 *       local:
 *         backend: openai
 *         config: {base_url: "http://localhost:11434", profile: ollama, default_model: llama3.2}
 *       aws:
 *         backend: bedrock
 *         config: {region: "${AWS_REGION:-us-east-1}", default_model: "us.anthropic.claude-sonnet-4-20250514-v1:0"}
 *     groups: {pool: {main: 3, aws: 1}}        # equals with weights; also a list: [main, aws]
 *     fallbacks: {main: [aws, local]}          # or {main: {to: [aws, local], on: [quota, server]}}
 *     context_length_fallbacks: {local: [main]}
 *     content_filter_fallbacks: {main: [local]}
 *     total_timeout: 2m                        # across all backends
 * }</pre>
 *
 * <p>The section {@code agents} is read by {@link #loadConfig} and those like it; see {@link GatewayConfig}.
 *
 * <p>A single backend has a short form, {@code llm: {backend: openai, config: {…}}}; its name is {@code default}. What a
 * {@code config} holds is its factory's to say. Unknown keys are errors. Files of the Python Agentic Primitives Gateway
 * work as they are: their names of backends are known, and sections that are not about language models are skipped, with a
 * line in the log for each.
 *
 * <p><b>Variables</b> stand in values: {@code ${NAME}} or {@code $NAME} must be set; {@code ${NAME:-text}} or {@code
 * ${NAME:=text}} is the text if the variable is not set or empty, and the text holds neither a variable nor a closing
 * brace; {@code $$} is a dollar. They are put in after the file was parsed, and once, so no variable can change what the
 * file says. A number or duration may come from a variable.
 *
 * <p><b>Durations</b> are {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h} or a number of seconds; <b>sizes</b> are a
 * number of bytes or {@code 64k}, {@code 16MiB}.
 *
 * <p>A text is <b>JSON</b> if it is named {@code .json}, or if it begins with a brace and is not named {@code .yaml} or {@code
 * .yml}; otherwise it is YAML 1.2. Anchors, aliases and merge keys work; only the first of several documents is used.
 *
 * <p>All failures are {@link LlmException}s of kind {@link LlmException.Kind#CONFIGURATION} that say where, such as {@code
 * gateway.yaml:12: providers.llm.backends.main.config.bas_url: is no key that is known here. Did you mean 'base_url'?}. They
 * show no value of the file, which may be a secret. Whatever was built before a failure is closed.
 *
 * <p>A loader may be used many times, by one thread at a time.
 */
public final class GatewayLoader {
    private Map<String, String> environment = System.getenv();
    private @Nullable ClassLoader classLoader;
    private final List<GatewayListener> listeners = new ArrayList<>();
    private final OwnSections sections = new OwnSections();
    private Consumer<AgentsBuilder> agents = builder -> {};

    private GatewayLoader() {}

    /** A loader with this process's variables, which looks for providers with the thread's class loader. */
    public static GatewayLoader create() {
        return new GatewayLoader();
    }

    /** Variables in place of this process's. What a provider looks for by itself, such as AWS's, stays the process's. */
    public GatewayLoader environment(Map<String, String> variables) {
        environment = Map.copyOf(variables);
        return this;
    }

    /** Where to look for the factories of providers; default the context class loader of the thread that loads. */
    public GatewayLoader classLoader(ClassLoader loader) {
        classLoader = Objects.requireNonNull(loader, "loader");
        return this;
    }

    /** A listener of each gateway that is loaded; may be called several times. */
    public GatewayLoader listener(GatewayListener listener) {
        listeners.add(Objects.requireNonNull(listener, "listener"));
        return this;
    }

    /**
     * What the agents have beside what the file says, such as tools of the application; called for each file that is read
     * with its agents, before what it says is added.
     */
    public GatewayLoader agents(Consumer<AgentsBuilder> settings) {
        agents = Objects.requireNonNull(settings, "settings");
        return this;
    }

    /**
     * A section of the application's own at the top of the file, such as {@code server}. It is read with each load and each
     * reload; an empty one if the file has none. Keys that the reader does not ask for are refused.
     *
     * @param reader reads the section and returns what puts it into effect; that is run when all else was loaded
     */
    public GatewayLoader section(String name, Function<Settings, Runnable> reader) {
        sections.add(name, reader);
        return this;
    }

    /**
     * The gateway that a file describes, which is the caller's to close.
     *
     * @throws LlmException of kind CONFIGURATION that names file, line, path and remedy
     */
    public Gateway load(Path file) {
        return gateway(SourceText.of(file));
    }

    /**
     * The same of a text from elsewhere; the reader stays open.
     *
     * @param name names the text in errors; its ending says whether it is YAML or JSON
     */
    public Gateway load(Reader reader, String name) {
        return gateway(SourceText.of(reader, Objects.requireNonNull(name, "name")));
    }

    /** The same of a text at hand. */
    public Gateway parse(String text) {
        return gateway(SourceText.of("", text));
    }

    /**
     * The gateway and the agents that a file describes; the caller's to close.
     *
     * @throws LlmException of kind CONFIGURATION that names file, line, path and remedy
     */
    public GatewayConfig loadConfig(Path file) {
        return config(SourceText.of(file));
    }

    /** The same of a text from elsewhere; see {@link #load(Reader, String)}. */
    public GatewayConfig loadConfig(Reader reader, String name) {
        return config(SourceText.of(reader, Objects.requireNonNull(name, "name")));
    }

    /** The same of a text at hand. */
    public GatewayConfig parseConfig(String text) {
        return config(SourceText.of("", text));
    }

    /**
     * Puts what the file describes now in the place of what the gateway is: all of it is built first, then calls go to the
     * new backends, and the old ones are closed after their last call. On any error the gateway stays as it is.
     *
     * @throws LlmException of kind CONFIGURATION, as {@link #load(Path)} does
     */
    public void reload(Gateway gateway, Path file) {
        Objects.requireNonNull(gateway, "gateway");
        SourceText text = SourceText.of(file);
        assemble(text, DocumentReader.read(text), (builder, routes) -> {
            gateway.reload(builder);
            return gateway;
        });
    }

    /**
     * The same for gateway and agents. The store of the agents, their memories and conversations stay what they are.
     *
     * @throws LlmException of kind CONFIGURATION, as {@link #loadConfig(Path)} does
     */
    public void reload(GatewayConfig config, Path file) {
        Objects.requireNonNull(config, "config");
        SourceText text = SourceText.of(file);
        Node.Section root = DocumentReader.read(text);
        assemble(text, root, (builder, routes) -> {
            AgentsBuilder next = Agents.builder(config.gateway());
            declarations(text, root, routes).declare(next);
            next.build(); // throws what could be wrong with it, as long as all is as it was
            config.gateway().reload(builder);
            config.agents().reload(next);
            return config;
        });
    }

    private Gateway gateway(SourceText text) {
        return assemble(text, DocumentReader.read(text), (builder, routes) -> builder.build());
    }

    private GatewayConfig config(SourceText text) {
        Node.Section root = DocumentReader.read(text);
        return assemble(text, root, (builder, routes) -> {
            Gateway gateway = builder.build();
            AgentsBuilder all = Agents.builder(gateway);
            AgentDeclarations declarations = declarations(text, root, routes);
            declarations.declare(all);
            declarations.store(classLoader).ifPresent(all::store);
            return new GatewayConfig(gateway, all.build());
        });
    }

    private AgentDeclarations declarations(SourceText text, Node.Section root, List<String> routes) {
        Settings settings = Values.of(text, Sections.agents(text, root), Sections.AGENTS, new Variables(environment));
        return new AgentDeclarations(settings, routes, agents);
    }

    private <T> T assemble(SourceText text, Node.Section root, BiFunction<GatewayBuilder, List<String>, T> last) {
        Variables variables = new Variables(environment);
        Settings llm = Values.of(text, Sections.llm(text, root, sections.names()), Sections.LLM, variables);
        Runnable own = sections.read(text, root, variables);
        SharedHttpClient client = new SharedHttpClient();
        List<LlmProvider> made = new ArrayList<>();
        boolean done = false;
        try {
            GatewayBuilder builder = Gateway.builder().alsoClose(client);
            listeners.forEach(builder::listener);
            Blueprint blueprint = new Blueprint(llm);
            blueprint.route(builder);
            blueprint.build(builder, new Backends(Factories.find(classLoader), new ProviderContext(client)), made);
            T whole = last.apply(builder, blueprint.routes());
            done = true;
            own.run();
            return whole;
        } finally {
            if (!done) {
                made.forEach(Backends::closeQuietly);
                client.close();
            }
        }
    }
}
