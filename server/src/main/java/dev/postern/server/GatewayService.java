package dev.postern.server;

import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.call.Instrumentation;
import dev.postern.config.GatewayLoader;
import dev.postern.config.MapSettings;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.openai.OpenAiProvider;
import dev.postern.server.access.AccessControl;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import dev.postern.server.standin.StandInServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The gateway and agents of a configuration, the HTTP server for them, and the reload of the file. */
final class GatewayService implements AutoCloseable {
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

    private final RunningGateway served;
    private final AccessControl access;
    private final TlsIdentity tls;
    private final Optional<Reloader> reloader;
    private final GatewayServer server;

    private GatewayService(
            RunningGateway served,
            AccessControl access,
            TlsIdentity tls,
            Optional<Reloader> reloader,
            GatewayServer server) {
        this.served = served;
        this.access = access;
        this.tls = tls;
        this.reloader = reloader;
        this.server = server;
    }

    /**
     * Starts the service for these arguments.
     *
     * @throws dev.postern.LlmException for an invalid configuration
     * @throws IOException if the server cannot listen at the address
     */
    static GatewayService start(Arguments arguments, Map<String, String> environment, Limits limits)
            throws IOException {
        BackendTracker tracker = new BackendTracker();
        AtomicReference<ServerRules> rules = new AtomicReference<>(ServerRules.defaults());
        InetSocketAddress address = new InetSocketAddress(arguments.host(), arguments.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException("the host is unknown");
        }
        boolean loopback = address.getAddress().isLoopbackAddress();
        AccessControl access = new AccessControl(loopback, arguments.noKeys(), InstantSource.system(), CHECK_INTERVAL);
        TlsIdentity tls = new TlsIdentity(CHECK_INTERVAL);
        GatewayLoader loader = GatewayLoader.create()
                .environment(environment)
                .instrumentation(observing(tracker).plus(access.instrumentation()))
                .section(ServerRules.SECTION, section -> {
                    ServerRules read = ServerRules.of(section);
                    Runnable keys = access.read(section);
                    tls.read(section);
                    return () -> {
                        rules.set(read);
                        keys.run();
                    };
                });
        Optional<FileTime> seen = arguments.config().map(Reloader::changed);
        if (arguments.config().isEmpty()) {
            access.read(MapSettings.of(Map.of())).run(); // the rules hold without a configuration, too
        }
        RunningGateway served = arguments.config().map(loader::load).orElseGet(() -> standIn(tracker));
        Optional<Reloader> reloader = arguments
                .config()
                .map(file -> new Reloader(file, seen.orElseThrow(), CHECK_INTERVAL, () -> loader.reload(served, file)));
        try {
            Router routes = Routes.of(
                    served,
                    tracker,
                    rules::get,
                    () -> reloader.map(Reloader::error).orElse(""),
                    limits);
            CrossSiteFilter sites = new CrossSiteFilter(loopback, rules::get);
            KeyCheck keys = new KeyCheck(access, rules::get);
            GatewayServer server = GatewayServer.start(address, tls.current(), routes, keys, sites, limits);
            tls.watch(server);
            return new GatewayService(served, access, tls, reloader, server);
        } catch (IOException | RuntimeException | Error e) {
            reloader.ifPresent(Reloader::close);
            access.close();
            tls.close();
            served.close();
            throw e;
        }
    }

    private static Instrumentation observing(BackendTracker tracker) {
        return Instrumentation.builder()
                .listener(new FallbackLog())
                .listener(tracker)
                .build();
    }

    private static RunningGateway standIn(BackendTracker tracker) {
        StandInServer standIn = StandInServer.start();
        OpenAiProvider llm = OpenAiProvider.builder()
                .name("stand-in")
                .baseUrl(standIn.baseUrl())
                .defaultModel(StandInServer.MODEL)
                .build();
        Gateway gateway = Gateway.builder()
                .backend(llm.name(), llm)
                .alsoClose(standIn)
                .instrumentation(observing(tracker))
                .build();
        AgentSpec helper = AgentSpec.builder("assistant")
                .description("An assistant that remembers")
                .primitive(AgentSpec.MEMORY, AgentPrimitive.ON)
                .build();
        return new RunningGateway(gateway, Agents.builder(gateway).spec(helper).build());
    }

    Gateway gateway() {
        return served.gateway();
    }

    /** The names of the current agents. */
    List<String> agents() {
        return served.agents().list().stream().map(AgentSpec::name).toList();
    }

    /** Whether requests need a key. */
    boolean asksForKeys() {
        return access.asksForKeys();
    }

    /** Whether clients use TLS. */
    boolean isEncrypted() {
        return tls.current().isPresent();
    }

    int port() {
        return server.port();
    }

    /** The number of active requests. */
    int running() {
        return server.running();
    }

    /** Stops the service. Active requests may take this long. */
    void stop(Duration grace) {
        reloader.ifPresent(Reloader::close);
        access.close();
        tls.close();
        server.stop(grace);
        served.close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
