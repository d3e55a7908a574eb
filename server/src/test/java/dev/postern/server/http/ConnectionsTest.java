package dev.postern.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ConnectionsTest {
    private final Connections connections = new Connections(new ConnectionLimits(
            10, 10, Duration.ofNanos(1), Duration.ofNanos(1), AddressRanges.NONE)); // each connection is late at once
    private final EmbeddedChannel listening = new EmbeddedChannel(connections);

    /** A connection of the same client from the same port. */
    private EmbeddedChannel accept() {
        EmbeddedChannel channel = new EmbeddedChannel() {
            @Override
            protected SocketAddress remoteAddress0() {
                return new InetSocketAddress("192.0.2.1", 4711);
            }
        };
        listening.writeInbound(channel);
        return channel;
    }

    @Test
    void theEndOfAConnectionDoesNotHideTheNextOneFromTheSamePort() {
        EmbeddedChannel first = accept();
        EmbeddedChannel second = accept(); // before the server has noticed the end of the first one
        first.close();
        first.runPendingTasks();

        connections.closeLate();
        second.runPendingTasks();
        assertThat(second.isOpen()).isFalse();
    }
}
