package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.flow.Timer;
import dev.postern.http.HttpTransport;
import dev.postern.http.RetryPolicy;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Builds an {@link McpClient}. Not thread-safe. */
public final class McpClientBuilder {
    private final @Nullable URI address;
    private final List<String> command;
    private String name = "";
    private @Nullable String prefix;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private @Nullable Supplier<String> authorization;
    private @Nullable HttpClient httpClient;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private @Nullable Path directory;
    private String protocol = "";
    private Predicate<String> filter = tool -> true;
    private McpLimits limits = McpLimits.defaults();
    private Duration connectTimeout = Duration.ofSeconds(30);
    private Duration probeTimeout = Duration.ofSeconds(10);
    private Duration idleTimeout = Duration.ofMinutes(1);
    private Duration callTimeout = Duration.ofMinutes(10);
    private Duration toolsFreshFor = Duration.ofMinutes(5);
    private boolean listens = true;
    private Runnable toolsChanged = () -> {};
    private Consumer<McpProgress> progress = news -> {};
    private McpScope scope = McpScope.SHARED;
    private Duration scopeIdle = Duration.ofMinutes(5);
    private Timer timer = Timer.system();

    McpClientBuilder(@Nullable URI address, List<String> command) {
        this.address = address;
        this.command = command;
    }

    /**
     * Sets the name of the server, for failures, logs and the names of its tools: 1 to 40 letters, digits, {@code _}, {@code -} and
     * {@code .}. Default: {@code mcp}, and no prefix.
     */
    public McpClientBuilder name(String serverName) {
        name = Objects.requireNonNull(serverName, "name");
        return this;
    }

    /**
     * Sets what the names of the tools begin with, so that those of several servers differ; may be empty. Default: the name and {@code
     * _}. The names that the model sees have at most 64 letters, digits, {@code _} and {@code -}; other characters are replaced, and a
     * name that would be too long or the same as another one ends with a hash.
     */
    public McpClientBuilder toolPrefix(String beginning) {
        prefix = Objects.requireNonNull(beginning, "toolPrefix");
        return this;
    }

    /** Adds a header to each request over HTTP. Default none. */
    public McpClientBuilder header(String header, String value) {
        headers.put(Objects.requireNonNull(header, "header"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /**
     * Sets the value of the header {@code Authorization}, such as {@code Bearer …}. It is asked before each request over HTTP and may
     * block; an empty value sends none. Default none.
     */
    public McpClientBuilder authorization(Supplier<String> value) {
        authorization = Objects.requireNonNull(value, "authorization");
        return this;
    }

    /**
     * Sets the client for HTTP, for example with a proxy or TLS settings. It must not follow redirects. {@link McpClient#close} does not
     * close it. Default: one of the library.
     */
    public McpClientBuilder httpClient(HttpClient client) {
        httpClient = Objects.requireNonNull(client, "httpClient");
        return this;
    }

    /**
     * Sets a variable of the environment of the process. Of the environment of this application, the process gets only what programs need
     * to run, such as {@code PATH} and {@code HOME}. Failures and logs do not show the values.
     */
    public McpClientBuilder environment(String variable, String value) {
        environment.put(Objects.requireNonNull(variable, "variable"), Objects.requireNonNull(value, "value"));
        return this;
    }

    /** Sets the working directory of the process. Default: that of this application. */
    public McpClientBuilder directory(Path folder) {
        directory = Objects.requireNonNull(folder, "directory");
        return this;
    }

    /**
     * Sets the only version of the protocol to speak: {@code 2026-07-28}, {@code 2025-11-25} or {@code 2025-06-18}. One of the older
     * versions saves the first request, which finds out the version. Default: the newest one that the server speaks.
     */
    public McpClientBuilder protocol(String version) {
        protocol = Objects.requireNonNull(version, "protocol");
        return this;
    }

    /** Selects tools by their names on the server. Default: all. */
    public McpClientBuilder filter(Predicate<String> selected) {
        filter = Objects.requireNonNull(selected, "filter");
        return this;
    }

    /** Sets the bounds for what the server sends. Default {@link McpLimits#defaults()}. */
    public McpClientBuilder limits(McpLimits bounds) {
        limits = Objects.requireNonNull(bounds, "limits");
        return this;
    }

    /** Sets how long each request may take that begins a connection or lists tools. Default 30 seconds. */
    public McpClientBuilder connectTimeout(Duration limit) {
        connectTimeout = positive("connectTimeout", limit);
        return this;
    }

    /**
     * Sets how long a process may be silent when it is asked in the newest version, before it is asked in an older one: some older
     * servers do not answer what they do not know. The time includes the start of the process. Default 10 seconds.
     */
    public McpClientBuilder probeTimeout(Duration limit) {
        probeTimeout = positive("probeTimeout", limit);
        return this;
    }

    /**
     * Sets how long the server may be silent during a call of a tool: without an answer, and without news of its progress. Zero for no
     * limit. Default 1 minute.
     */
    public McpClientBuilder idleTimeout(Duration limit) {
        idleTimeout = notNegative("idleTimeout", limit);
        return this;
    }

    /**
     * Sets how long a call of a tool may take, with the time to connect. Zero for no limit. {@link dev.postern.agent.AgentLimits#toolTime} and the deadline of the
     * caller hold as well. Default 10 minutes.
     */
    public McpClientBuilder callTimeout(Duration limit) {
        callTimeout = notNegative("callTimeout", limit);
        return this;
    }

    /** Sets how long a list of tools counts as fresh if the server does not say. Default 5 minutes. */
    public McpClientBuilder toolsFreshFor(Duration time) {
        toolsFreshFor = notNegative("toolsFreshFor", time);
        return this;
    }

    /**
     * Sets whether the client listens for changes of the tools, if the server announces them. Over HTTP, this keeps a connection open.
     * Default true.
     */
    public McpClientBuilder listen(boolean wanted) {
        listens = wanted;
        return this;
    }

    /**
     * Sets what runs when the server's tools changed or may have changed: {@link McpClient#tools()} returns the new ones then. It runs on
     * a thread of the library and may block; it runs once at a time, and once again for all changes meanwhile. What it throws is logged.
     * Default: nothing.
     */
    public McpClientBuilder onToolsChanged(Runnable listener) {
        toolsChanged = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /** Sets who is told the progress of calls, in its order. It must not block. What it throws is logged. Default: nobody. */
    public McpClientBuilder onProgress(Consumer<McpProgress> listener) {
        progress = Objects.requireNonNull(listener, "listener");
        return this;
    }

    /**
     * Sets who shares a connection. The list of tools is always read over the shared one; it must be the same for all. Default {@link
     * McpScope#SHARED}.
     */
    public McpClientBuilder scope(McpScope sharing) {
        scope = Objects.requireNonNull(sharing, "scope");
        return this;
    }

    /** Sets when a connection is closed that is not shared by all and is not used. Default after 5 minutes. */
    public McpClientBuilder scopeIdle(Duration time) {
        scopeIdle = positive("scopeIdle", time);
        return this;
    }

    McpClientBuilder timer(Timer clock) {
        timer = clock;
        return this;
    }

    private static Duration positive(String setting, Duration time) {
        if (time.isZero()) {
            throw configuration(setting + " must be positive.");
        }
        return notNegative(setting, time);
    }

    private static Duration notNegative(String setting, Duration time) {
        if (time.isNegative()) {
            throw configuration(setting + " must not be negative.");
        }
        return time;
    }

    private static LlmException configuration(String message) {
        return new LlmException(Kind.CONFIGURATION, message);
    }

    /**
     * Builds the client. It connects when it is used.
     *
     * @throws LlmException of kind {@link Kind#CONFIGURATION} if the name, the address, the command or the version is invalid, or a
     *     setting belongs to the other transport
     */
    public McpClient build() {
        if (!name.isEmpty() && !name.matches("[A-Za-z0-9_.-]{1,40}")) {
            throw configuration("The name of an MCP server must be 1 to 40 letters, digits, '_', '-' or '.'.");
        }
        if (!protocol.isEmpty() && !Protocol.SPOKEN.contains(protocol)) {
            throw configuration(
                    "The version of the protocol must be one of " + String.join(", ", Protocol.SPOKEN) + ".");
        }
        String shownName = name.isEmpty() ? "mcp" : name;
        Endpoint endpoint = address == null ? process(shownName) : server(shownName, address);
        return new McpClient(new McpSettings(
                shownName,
                prefix != null ? prefix : name.isEmpty() ? "" : name + "_",
                endpoint,
                protocol,
                filter,
                limits,
                connectTimeout,
                probeTimeout,
                idleTimeout,
                callTimeout,
                toolsFreshFor,
                listens,
                new Callbacks(toolsChanged, progress),
                scope,
                scopeIdle,
                timer));
    }

    private Endpoint server(String shownName, URI uri) {
        boolean isHttp = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
        if (!isHttp || uri.getHost() == null || uri.getUserInfo() != null || uri.getFragment() != null) {
            throw configuration("The address of an MCP server must be http:// or https:// with a host, without user and"
                    + " fragment; set credentials with authorization().");
        }
        if (!environment.isEmpty() || directory != null) {
            throw configuration(
                    "environment() and directory() are for a server that is a process, not for one at an address.");
        }
        HttpTransport.Builder transport = HttpTransport.builder().retries(RetryPolicy.none());
        if (httpClient != null) {
            transport.httpClient(httpClient);
        }
        return new HttpEndpoint(
                shownName, uri, Map.copyOf(headers), authorization, limits.maxMessageBytes(), transport.build());
    }

    private Endpoint process(String shownName) {
        if (command.isEmpty() || command.get(0).isBlank()) {
            throw configuration("The command of an MCP server must name a program.");
        }
        if (!headers.isEmpty() || authorization != null || httpClient != null) {
            throw configuration(
                    "header(), authorization() and httpClient() are for a server at an address, not for a process.");
        }
        return new StdioEndpoint(
                shownName, command, Map.copyOf(environment), directory, limits.maxMessageBytes(), limits.maxRequests());
    }
}
