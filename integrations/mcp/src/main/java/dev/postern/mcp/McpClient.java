package dev.postern.mcp;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.agent.RunListener;
import dev.postern.agent.Tool;
import dev.postern.flow.Dispatcher;
import dev.postern.flow.Fatal;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A client of one MCP server, whose tools it makes to tools of agents.
 *
 * <pre>{@code
 * try (McpClient github = McpClient.http(URI.create("https://mcp.example.com/mcp"))
 *         .name("github")
 *         .authorization(() -> "Bearer " + token())
 *         .build()) {
 *     Agent agent = Agent.builder(llm).tools(github.tools()).build();
 * }
 * }</pre>
 *
 * <p>The first call connects. The client finds out whether the server speaks 2026-07-28, 2025-11-25 or 2025-06-18. A connection that
 * ended, a session that the server has forgotten and a process that died are replaced at the next call.
 *
 * <p><b>A call of a tool is sent once.</b> If the connection breaks or the time is over after that, it is not known whether the tool has
 * run, and the model is told so. A call that a server refused because it had forgotten the session is sent again, and so is one whose
 * server asks to go on with another request.
 *
 * <p>A result that the server marks as an error, and an error that it answers instead, are shown to the model. Of other failures, such
 * as a connection that cannot be made, the model is told the {@link Kind}, or whether the tool may have run. Cancelling a run, and the end of its time, cancel the
 * calls at the server.
 *
 * <p>Descriptions, schemas and results come from the server: use servers that you trust, select tools with {@link
 * McpClientBuilder#filter}, and let a {@link dev.postern.agent.ToolApproval} decide about calls that matter. Requests of the server for
 * completions, for input of a user and for folders are refused.
 *
 * <p>Thread-safe. Close it after use.
 */
public final class McpClient implements AutoCloseable {
    private final McpSettings settings;
    private final ScopedSessions sessions;
    private final ToolCatalog catalog;
    private volatile boolean closed;

    McpClient(McpSettings settings) {
        this.settings = settings;
        Handshake handshake = new Handshake(settings, this::toolsChanged);
        sessions = new ScopedSessions(settings, handshake);
        catalog = new ToolCatalog(settings, sessions);
    }

    private void toolsChanged() {
        catalog.changed();
    }

    /** Builds a client of a server with streamable HTTP at this address. */
    public static McpClientBuilder http(URI address) {
        return new McpClientBuilder(Objects.requireNonNull(address, "address"), List.of());
    }

    /**
     * Builds a client that starts a server as a process, and talks to it over its standard streams.
     *
     * @param command the program and its arguments. It comes with the rights of this application: use commands that you trust
     */
    public static McpClientBuilder stdio(List<String> command) {
        return new McpClientBuilder(null, List.copyOf(command));
    }

    /** The same as {@link #stdio(List)}. */
    public static McpClientBuilder stdio(String... command) {
        return stdio(List.of(command));
    }

    /**
     * The tools that the server has now and the filter selects. The list is kept for as long as the server says, or until the server
     * announces a change. The tools of an agent do not change, so an agent that is built again gets new tools.
     *
     * @throws LlmException if the server cannot be reached, refuses to answer, or exceeds a limit
     * @throws IllegalStateException inside {@code onNext} of a {@link dev.postern.NonBlockingSubscriber}, which must not block
     */
    public List<Tool> tools() {
        return await(toolsAsync());
    }

    /** The same as {@link #tools()}, without waiting. Cancelling the future cancels nothing. */
    public CompletableFuture<List<Tool>> toolsAsync() {
        return closed ? CompletableFuture.failedFuture(SessionHolder.closed(settings.name())) : catalog.tools();
    }

    /**
     * What the server says of itself.
     *
     * @throws LlmException as {@link #tools()}
     */
    public McpServerInfo serverInfo() {
        return await(sessions.shared().get().thenApply(Session::info));
    }

    private <T> T await(CompletableFuture<T> answer) {
        Dispatcher.requireBlocking("A call of McpClient");
        try {
            return answer.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LlmException(
                    Kind.CANCELLED,
                    "The thread was interrupted while it waited for the MCP server '" + settings.name() + "'.",
                    e);
        } catch (ExecutionException e) {
            VirtualMachineError fatal = Fatal.in(e);
            if (fatal != null) {
                throw fatal;
            }
            LlmException failure = LlmException.of(e);
            throw failure.toBuilder().cause(failure).build(); // its stack trace shows the caller
        }
    }

    /**
     * A listener that closes the connection of a run at the run's end. Add it to the agents that use the tools of a client with {@link
     * McpScope#RUN}; for other clients it has no effect.
     */
    public RunListener runListener() {
        return run -> new RunListener.RunWatch() {
            @Override
            public void end(RunListener.RunEnd end) {
                if (settings.scope() == McpScope.RUN) {
                    sessions.end(run.runId());
                }
            }
        };
    }

    /** Closes the connection of a session, if the scope is {@link McpScope#SESSION} and there is one. Does not wait. */
    public void closeSession(String session) {
        if (settings.scope() == McpScope.SESSION) {
            sessions.end(session);
        }
    }

    /**
     * Closes all connections, also those that are being opened; calls that are running fail. Ends a session at the server, and waits up to
     * two seconds for that. Ends a process: closes its input, terminates it if it has not ended after two seconds, and kills it after two
     * more.
     */
    @Override
    public void close() {
        closed = true;
        sessions.close();
        settings.endpoint().close();
    }

    McpSettings settings() {
        return settings;
    }

    /** The name, and the address or the program. */
    @Override
    public String toString() {
        return "McpClient[" + settings + "]";
    }
}
