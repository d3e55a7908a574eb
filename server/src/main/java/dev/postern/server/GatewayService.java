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
import dev.postern.server.http.AccessCheck;
import dev.postern.server.http.GatewayServer;
import dev.postern.server.http.Limits;
import dev.postern.server.http.Router;
import dev.postern.server.observe.ObserveSettings;
import dev.postern.server.replay.ReplayLimits;
import dev.postern.server.standin.StandInServer;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;

/** The gateway and agents of a configuration, the HTTP server for them, and the reload of the file. */
final class GatewayService implements AutoCloseable {
    private static final Logger LOGGER = System.getLogger("dev.postern.server");
    private static final Duration CHECK_INTERVAL = Duration.ofSeconds(2);

    private final RunningGateway served;
    private final AccessControl access;
    private final TlsIdentity tls;
    private final Optional<Reloader> reloader;
    private final Observability seen;
    private final AgentReplays replays;
    private final GatewayServer server;
    private final Optional<GatewayServer> operators;

    private GatewayService(
            RunningGateway served,
            AccessControl access,
            TlsIdentity tls,
            Optional<Reloader> reloader,
            Observability seen,
            AgentReplays replays,
            GatewayServer server,
            Optional<GatewayServer> operators) {
        this.served = served;
        this.access = access;
        this.tls = tls;
        this.reloader = reloader;
        this.seen = seen;
        this.replays = replays;
        this.server = server;
        this.operators = operators;
    }

    /**
     * Starts the service for these arguments.
     *
     * @param absent the limits that the configuration does not set
     * @throws dev.postern.LlmException for an invalid configuration
     * @throws IOException if the server cannot listen at the address
     */
    static GatewayService start(Arguments arguments, Map<String, String> environment, Limits absent)
            throws IOException {
        BackendTracker tracker = new BackendTracker();
        Observability seen = new Observability(System.out);
        AtomicReference<ServerRules> rules = new AtomicReference<>(ServerRules.defaults());
        AtomicReference<Limits> configured = new AtomicReference<>(absent);
        AtomicReference<ReplayLimits> kept = new AtomicReference<>(ReplayLimits.defaults());
        InetSocketAddress address = new InetSocketAddress(arguments.host(), arguments.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException("the host is unknown");
        }
        boolean loopback = address.getAddress().isLoopbackAddress();
        AccessControl access =
                new AccessControl(loopback, arguments.noKeys(), InstantSource.system(), CHECK_INTERVAL, seen::refused);
        TlsIdentity tls = new TlsIdentity(CHECK_INTERVAL);
        GatewayLoader loader = GatewayLoader.create()
                .environment(environment)
                .instrumentation(observing(tracker, seen).plus(access.instrumentation()))
                .listener(seen.backends())
                .section(ServerRules.SECTION, section -> {
                    ServerRules read = ServerRules.of(section);
                    Limits bounds = LimitSettings.of(section.section(LimitSettings.SECTION), absent, read.proxies());
                    ReplayLimits replay =
                            ReplaySettings.of(section.section(ReplaySettings.SECTION), ReplayLimits.defaults());
                    ObserveSettings shown = ObserveSettings.of(section);
                    Runnable keys = access.read(section, shown.prices(), isAdminLocal(shown));
                    tls.read(section);
                    return () -> {
                        rules.set(read);
                        configured.set(bounds);
                        kept.set(replay);
                        seen.use(shown);
                        keys.run();
                    };
                });
        Optional<FileTime> changed = arguments.config().map(Reloader::changed);
        if (arguments.config().isEmpty()) {
            access.read(MapSettings.of(Map.of()), Optional.empty(), true)
                    .run(); // the rules hold without a configuration, too
        }
        RunningGateway served = arguments.config().map(loader::load).orElseGet(() -> standIn(tracker, seen));
        Optional<Reloader> reloader = arguments
                .config()
                .map(file ->
                        new Reloader(file, changed.orElseThrow(), CHECK_INTERVAL, () -> loader.reload(served, file)));
        AgentReplays replays = new AgentReplays(Objects.requireNonNull(kept.get()));
        Limits limits = Objects.requireNonNull(configured.get());
        Optional<GatewayServer> operators = Optional.empty();
        try {
            Supplier<String> reloadError = () -> reloader.map(Reloader::error).orElse("");
            Supplier<String> shownError =
                    () -> access.asksForKeys() && !reloadError.get().isEmpty()
                            ? "The configuration could not be read again; the log and the page for operators say why."
                            : reloadError.get();
            Router routes = Routes.of(served, tracker, rules::get, shownError, replays.runs(), limits);
            if (seen.settings().adminListen().isPresent()) {
                InetSocketAddress apart = resolved(seen.settings().adminListen().get());
                Router own = Routes.probes(new Router(), served.gateway(), shownError, limits);
                seen.addRoutes(own, served.gateway(), reloadError);
                boolean local = apart.getAddress().isLoopbackAddress();
                operators = Optional.of(GatewayServer.start(
                        apart,
                        own,
                        local ? AccessCheck.NONE : new KeyCheck(access, rules::get),
                        new CrossSiteFilter(local, rules::get),
                        limits));
            } else {
                seen.addRoutes(routes, served.gateway(), reloadError);
            }
            CrossSiteFilter sites = new CrossSiteFilter(loopback, rules::get);
            KeyCheck keys = new KeyCheck(access, rules::get);
            GatewayServer server = GatewayServer.start(address, tls.current(), routes, keys, sites, seen, limits);
            tls.watch(server);
            return new GatewayService(served, access, tls, reloader, seen, replays, server, operators);
        } catch (IOException | RuntimeException | Error e) {
            operators.ifPresent(GatewayService::quietly);
            reloader.ifPresent(GatewayService::quietly);
            quietly(access);
            quietly(tls);
            quietly(replays);
            quietly(served);
            quietly(seen);
            throw e;
        }
    }

    private static boolean isAdminLocal(ObserveSettings shown) {
        return shown.adminListen()
                .map(address -> new InetSocketAddress(address.getHostString(), address.getPort()))
                .map(address -> !address.isUnresolved() && address.getAddress().isLoopbackAddress())
                .orElse(true);
    }

    private static InetSocketAddress resolved(InetSocketAddress named) throws UnknownHostException {
        InetSocketAddress address = new InetSocketAddress(named.getHostString(), named.getPort());
        if (address.isUnresolved()) {
            throw new UnknownHostException("the host of server.admin.listen is unknown");
        }
        return address;
    }

    private static Instrumentation observing(BackendTracker tracker, Observability seen) {
        return seen.addTo(Instrumentation.builder())
                .listener(new FallbackLog())
                .listener(tracker)
                .build();
    }

    private static RunningGateway standIn(BackendTracker tracker, Observability seen) {
        StandInServer standIn = StandInServer.start();
        OpenAiProvider llm = OpenAiProvider.builder()
                .name("stand-in")
                .baseUrl(standIn.baseUrl())
                .defaultModel(StandInServer.MODEL)
                .build();
        Gateway gateway = Gateway.builder()
                .backend(llm.name(), llm)
                .alsoClose(standIn)
                .instrumentation(observing(tracker, seen))
                .listener(seen.backends())
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

    /** The port of {@code /metrics} and {@code /admin}. */
    int operatorsPort() {
        return operators.map(GatewayServer::port).orElseGet(this::port);
    }

    /** The number of active requests. */
    int running() {
        return server.running();
    }

    /** Stops the service. Active requests may take this long. A part that fails does not keep the others from stopping. */
    void stop(Duration grace) {
        reloader.ifPresent(GatewayService::quietly);
        quietly(access);
        quietly(tls);
        quietly(() -> server.stop(grace));
        operators.ifPresent(GatewayService::quietly);
        quietly(replays);
        quietly(served);
        quietly(seen);
    }

    private static void quietly(AutoCloseable part) {
        try {
            part.close();
        } catch (Exception | Error e) {
            LOGGER.log(Level.WARNING, "A part of the server could not be stopped.", e);
        }
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
