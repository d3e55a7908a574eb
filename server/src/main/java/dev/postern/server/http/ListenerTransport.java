package dev.postern.server.http;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.socket.DatagramChannel;
import io.netty.channel.socket.InternetProtocolFamily;
import io.vertx.core.spi.transport.Transport;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The JDK's sockets for Vert.x, with access to the listening and to the accepted ones. A server that stops closes them first and answers on
 * the open connections for a while; Vert.x itself closes all at the same time.
 */
final class ListenerTransport implements io.vertx.core.transport.Transport, Transport {
    private final Transport sockets = io.vertx.core.transport.Transport.NIO.implementation();
    private final Connections connections;
    private final Queue<ServerChannel> listening = new ConcurrentLinkedQueue<>();

    /** {@code connections} gets each accepted connection. */
    ListenerTransport(Connections connections) {
        this.connections = connections;
    }

    /** Closes the listening sockets, and waits at most this long for it. */
    void stopAccepting(long seconds) {
        for (ServerChannel channel : listening) {
            channel.close().awaitUninterruptibly(seconds, TimeUnit.SECONDS);
        }
    }

    @Override
    public ChannelFactory<? extends ServerChannel> serverChannelFactory(boolean domainSocket) {
        ChannelFactory<? extends ServerChannel> factory = sockets.serverChannelFactory(domainSocket);
        return () -> {
            ServerChannel channel = factory.newChannel();
            channel.pipeline().addFirst(connections);
            listening.add(channel);
            return channel;
        };
    }

    @Override
    public String name() {
        return "nio";
    }

    @Override
    public boolean available() {
        return sockets.isAvailable();
    }

    @Override
    public Throwable unavailabilityCause() {
        return sockets.unavailabilityCause();
    }

    @Override
    public Transport implementation() {
        return this;
    }

    @Override
    public IoHandlerFactory ioHandlerFactory() {
        return sockets.ioHandlerFactory();
    }

    @Override
    @SuppressWarnings("deprecation") // of a type in the interface
    public DatagramChannel datagramChannel(InternetProtocolFamily family) {
        return sockets.datagramChannel(family);
    }

    @Override
    public ChannelFactory<? extends DatagramChannel> datagramChannelFactory() {
        return sockets.datagramChannelFactory();
    }

    @Override
    public ChannelFactory<? extends io.netty.channel.Channel> channelFactory(boolean domainSocket) {
        return sockets.channelFactory(domainSocket);
    }
}
