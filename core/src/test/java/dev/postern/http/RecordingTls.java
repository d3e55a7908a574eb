package dev.postern.http;

import java.security.KeyManagementException;
import java.security.SecureRandom;
import java.util.Queue;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;

/** A TLS context that records the threads which create an engine. The JDK's client does so for each connection. */
final class RecordingTls extends SSLContextSpi {
    private final SSLContext real;
    private final Queue<String> threads;

    private RecordingTls(SSLContext real, Queue<String> threads) {
        this.real = real;
        this.threads = threads;
    }

    static SSLContext around(SSLContext real, Queue<String> threads) {
        return new SSLContext(new RecordingTls(real, threads), null, "TLS") {};
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        threads.add(Thread.currentThread().getName());
        return real.createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        threads.add(Thread.currentThread().getName());
        return real.createSSLEngine(host, port);
    }

    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return real.getDefaultSSLParameters();
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return real.getSupportedSSLParameters();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return real.getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return real.getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return real.getClientSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return real.getServerSessionContext();
    }

    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("the context is initialised");
    }
}
