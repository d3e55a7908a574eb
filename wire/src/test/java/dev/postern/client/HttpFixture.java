package dev.postern.client;

import dev.postern.http.RetryPolicy;
import dev.postern.testkit.ScriptedServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;

/** A scripted server, and a client of it. */
@Timeout(60)
abstract class HttpFixture {
    static final String KEY = "sk-SECRET-0123456789";

    private final List<AutoCloseable> toClose = new ArrayList<>();

    @AfterEach
    void closeAll() throws Exception {
        for (int i = toClose.size(); --i >= 0; ) {
            toClose.get(i).close();
        }
    }

    /** Starts a server. The first script answers the first request, and so on; the last one also answers all further ones. */
    final ScriptedServer server(ScriptedServer.Script... scripts) {
        AtomicInteger next = new AtomicInteger();
        ScriptedServer server = new ScriptedServer(
                exchange -> scripts[Math.min(next.getAndIncrement(), scripts.length - 1)].answer(exchange));
        toClose.add(server);
        return server;
    }

    final ScriptedServer json(int status, String body, String... headerLines) {
        return server(exchange -> exchange.answer(status, "application/json", body, headerLines));
    }

    final ScriptedServer sse(String body, String... headerLines) {
        return server(exchange -> exchange.answer(200, "text/event-stream", body, headerLines));
    }

    /** Creates a client of the server, named {@code test}, with these settings. */
    final GatewayClient client(ScriptedServer server, UnaryOperator<GatewayClientBuilder> settings) {
        GatewayClient client = settings.apply(GatewayClient.builder()
                        .name("test")
                        .baseUrl(server.uri().toString())
                        .retries(RetryPolicy.none()))
                .build();
        toClose.add(client);
        return client;
    }

    final GatewayClient client(ScriptedServer server) {
        return client(server, it -> it);
    }
}
