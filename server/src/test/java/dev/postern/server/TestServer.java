package dev.postern.server;

import dev.postern.LlmProvider;
import dev.postern.agent.Agents;
import dev.postern.agent.AgentsBuilder;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.gateway.GatewayBuilder;
import dev.postern.json.Json;
import dev.postern.json.JsonObject;
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import dev.postern.server.replay.ReplayLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.logging.Logger;

/** A gateway and a server on a free port, for tests. */
final class TestServer implements AutoCloseable {
    static final String COMPLETIONS = "/api/v1/llm/completions";
    static final String STREAM = "/api/v1/llm/completions/stream";
    static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** Tests do not print the request log. The field keeps the logger, because a collected logger loses its settings. */
    private static final Logger LOGGER = Logger.getLogger("dev.postern.server");

    static {
        LOGGER.setUseParentHandlers(false);
    }

    final Gateway gateway;
    final Agents agents;
    final AgentReplays replays;
    final GatewayServer server;
    volatile String reloadError = "";
    volatile ServerRules rules = ServerRules.defaults();

    private TestServer(GatewayBuilder backends, Consumer<AgentsBuilder> specs, ReplayLimits replay, Limits limits) {
        this.replays = new AgentReplays(replay);
        BackendTracker answering = new BackendTracker();
        this.gateway = backends.instrumentation(dev.postern.call.Instrumentation.builder()
                        .listener(answering)
                        .build())
                .build();
        AgentsBuilder builder = Agents.builder(gateway);
        specs.accept(builder);
        agents = builder.build();
        Router routes = Routes.of(
                new RunningGateway(gateway, agents), answering, () -> rules, () -> reloadError, replays.runs(), limits);
        try {
            server = GatewayServer.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    routes,
                    AccessCheck.NONE,
                    new CrossSiteFilter(true, () -> rules),
                    limits);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each backend has its own name; the first one is the default. */
    static TestServer of(LlmProvider... backends) {
        return of(Limits.defaults(), backends);
    }

    static TestServer of(Limits limits, LlmProvider... backends) {
        return of(limits, UnaryOperator.identity(), backends);
    }

    static TestServer of(Limits limits, UnaryOperator<GatewayBuilder> settings, LlmProvider... backends) {
        GatewayBuilder builder = Gateway.builder();
        for (LlmProvider backend : backends) {
            builder.backend(backend.name(), backend);
        }
        return new TestServer(settings.apply(builder), none -> {}, ReplayLimits.defaults(), limits);
    }

    /** The same with agents. */
    static TestServer withAgents(Limits limits, Consumer<AgentsBuilder> specs, LlmProvider... backends) {
        return withAgents(limits, ReplayLimits.defaults(), specs, backends);
    }

    /** The same with limits of what clients can come back to. */
    static TestServer withAgents(
            Limits limits, ReplayLimits replay, Consumer<AgentsBuilder> specs, LlmProvider... backends) {
        GatewayBuilder builder = Gateway.builder();
        for (LlmProvider backend : backends) {
            builder.backend(backend.name(), backend);
        }
        return new TestServer(builder, specs, replay, limits);
    }

    int port() {
        return server.port();
    }

    RawClient client() throws IOException {
        return new RawClient(port());
    }

    /** Sends one request on a new connection. */
    RawClient.Answer post(String path, String body, String... headers) throws IOException {
        try (RawClient client = client()) {
            return client.request("POST", path, body, headers).answer();
        }
    }

    RawClient.Answer get(String path, String... headers) throws IOException {
        try (RawClient client = client()) {
            return client.request("GET", path, "", headers).answer();
        }
    }

    static Object field(RawClient.Answer answer, String name) {
        return map(answer).get(name);
    }

    @SuppressWarnings("unchecked") // JSON objects are
    static Map<String, Object> map(RawClient.Answer answer) {
        return (Map<String, Object>) Json.parse(answer.body());
    }

    static JsonObject json(RawClient.Answer answer) {
        return Json.object(answer.body());
    }

    @Override
    public void close() {
        server.close();
        replays.close();
        gateway.close();
    }
}
