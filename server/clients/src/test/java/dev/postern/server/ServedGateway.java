package dev.postern.server;

import dev.postern.server.http.Limits;
import dev.postern.testkit.WireServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Logger;

/**
 * A gateway server with two backends, {@code openai} and {@code bedrock}, whose model servers a test scripts. Requests need the key
 * {@link #KEY}. The providers send each request once, so what reaches the model servers is what clients send.
 */
final class ServedGateway implements AutoCloseable {
    /** The key of clients. */
    static final String KEY = "postern_client_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO_-";

    /** The request log is not printed. The field keeps the logger, because a collected logger loses its settings. */
    private static final Logger LOGGER = Logger.getLogger("dev.postern");

    static {
        LOGGER.setUseParentHandlers(false);
    }

    final WireServer openai = WireServer.openai();
    final WireServer bedrock = WireServer.bedrock();
    private final Path folder;
    private final GatewayService service;

    ServedGateway() {
        try {
            folder = Files.createTempDirectory("clients");
            Path file = Files.writeString(
                    folder.resolve("gateway.yaml"), """
                    providers:
                      llm:
                        default: openai
                        backends:
                          openai: {backend: openai, config: {base_url: "%s", default_model: m, retries: 1}}
                          bedrock:
                            backend: bedrock
                            config:
                              endpoint: "%s"
                              region: us-east-1
                              api_key: test
                              default_model: us.anthropic.claude-sonnet-4-5-20250929-v1:0
                              retries: 1
                    server:
                      keys: {inline: {client: {name: client, sha256: "%s"}}}
                    """.formatted(openai.url(), bedrock.url(), hash()));
            service = GatewayService.start(
                    new Arguments(Optional.of(file), "127.0.0.1", 0, Duration.ZERO, false, false),
                    Map.of(),
                    Limits.defaults());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String hash() {
        try {
            byte[] secret = KEY.substring("postern_client_".length()).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(secret));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + service.port();
    }

    @Override
    public void close() {
        service.close();
        openai.close();
        bedrock.close();
        try {
            Files.delete(folder.resolve("gateway.yaml"));
            Files.delete(folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
