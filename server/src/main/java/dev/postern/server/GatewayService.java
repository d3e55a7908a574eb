package dev.postern.server;

import dev.postern.agent.AgentPrimitive;
import dev.postern.agent.AgentSpec;
import dev.postern.agent.Agents;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.openai.OpenAiProvider;
import dev.postern.server.standin.StandInServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The whole: a gateway and agents of a configuration, the server in front of it, and the eye on the file. */
final class GatewayService implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final RunningGateway served;
    private final Optional<Reloader> reloader;
    private final GatewayServer server;

    private GatewayService(RunningGateway served, Optional<Reloader> reloader, GatewayServer server) {
        this.served = served;
        this.reloader = reloader;
        this.server = server;
    }

    /**
     * Starts all that the arguments ask for.
     *
     * @throws dev.postern.LlmException for a configuration that cannot be used
     * @throws IOException for an address that cannot be used
     */
    static GatewayService start(Arguments arguments, Map<String, String> environment, Limits limits)
            throws IOException {
        AnsweredBy answering = new AnsweredBy();
        AtomicReference<ServerRules> rules = new AtomicReference<>(ServerRules.defaults());
        GatewayLoader loader = GatewayLoader.create()
                .environment(environment)
                .listener(new SwitchLog())
                .listener(answering)
                .section(ServerRules.SECTION, section -> {
                    ServerRules read = ServerRules.of(section);
                    return () -> rules.set(read);
                });
        Optional<FileTime> seen = arguments.config().map(Reloader::changed);
        RunningGateway served = arguments.config().map(loader::load).orElseGet(() -> standIn(answering));
        Optional<Reloader> reloader = arguments
                .config()
                .map(file -> new Reloader(file, seen.orElseThrow(), LOOK_EVERY, () -> loader.reload(served, file)));
        try {
            Router routes = Routes.of(
                    served,
                    answering,
                    rules::get,
                    () -> reloader.map(Reloader::error).orElse(""),
                    limits);
            InetSocketAddress address = new InetSocketAddress(arguments.host(), arguments.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException("the host is unknown");
            }
            return new GatewayService(served, reloader, GatewayServer.start(address, routes, rules::get, limits));
        } catch (IOException | RuntimeException e) {
            reloader.ifPresent(Reloader::close);
            served.close();
            throw e;
        }
    }

    private static RunningGateway standIn(AnsweredBy answering) {
        StandInServer standIn = StandInServer.start();
        OpenAiProvider llm = OpenAiProvider.builder()
                .name("stand-in")
                .baseUrl(standIn.baseUrl())
                .defaultModel(StandInServer.MODEL)
                .build();
        Gateway gateway = Gateway.builder()
                .backend(llm.name(), llm)
                .alsoClose(standIn)
                .listener(new SwitchLog())
                .listener(answering)
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

    /** The names of the agents that there are now. */
    List<String> agents() {
        return served.agents().list().stream().map(AgentSpec::name).toList();
    }

    int port() {
        return server.port();
    }

    /** How many requests are being answered. */
    int running() {
        return server.running();
    }

    /** Stops; what runs may take so long. */
    void stop(Duration grace) {
        reloader.ifPresent(Reloader::close);
        server.stop(grace);
        served.close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
