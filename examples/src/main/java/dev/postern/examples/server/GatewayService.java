package dev.postern.examples.server;

import dev.postern.config.GatewayLoader;
import dev.postern.examples.standin.StandInServer;
import dev.postern.gateway.Gateway;
import dev.postern.openai.OpenAiProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The whole: a gateway of a configuration, the server in front of it, and the eye on the file. */
final class GatewayService implements AutoCloseable {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final Gateway gateway;
    private final Optional<Reloader> reloader;
    private final GatewayServer server;

    private GatewayService(Gateway gateway, Optional<Reloader> reloader, GatewayServer server) {
        this.gateway = gateway;
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
        GatewayLoader loader = GatewayLoader.create().environment(environment).listener(new SwitchLog());
        Optional<FileTime> seen = arguments.config().map(Reloader::changed);
        Gateway gateway = arguments.config().map(loader::load).orElseGet(GatewayService::standIn);
        Optional<Reloader> reloader = arguments
                .config()
                .map(file -> new Reloader(file, seen.orElseThrow(), LOOK_EVERY, () -> loader.reload(gateway, file)));
        try {
            Router routes =
                    Routes.of(gateway, () -> reloader.map(Reloader::error).orElse(""), limits);
            InetSocketAddress address = new InetSocketAddress(arguments.host(), arguments.port());
            if (address.isUnresolved()) {
                throw new UnknownHostException("the host is unknown");
            }
            return new GatewayService(gateway, reloader, GatewayServer.start(address, routes, limits));
        } catch (IOException | RuntimeException e) {
            reloader.ifPresent(Reloader::close);
            gateway.close();
            throw e;
        }
    }

    private static Gateway standIn() {
        StandInServer standIn = StandInServer.start();
        OpenAiProvider llm = OpenAiProvider.builder()
                .name("stand-in")
                .baseUrl(standIn.baseUrl())
                .defaultModel(StandInServer.MODEL)
                .build();
        return Gateway.builder()
                .backend(llm.name(), llm)
                .alsoClose(standIn)
                .listener(new SwitchLog())
                .build();
    }

    Gateway gateway() {
        return gateway;
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
        gateway.close();
    }

    /** Stops at once. */
    @Override
    public void close() {
        stop(Duration.ZERO);
    }
}
