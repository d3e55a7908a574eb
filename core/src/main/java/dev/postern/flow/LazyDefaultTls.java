package dev.postern.flow;

import java.security.KeyManagementException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLContextSpi;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The JVM's default TLS context, created for the first TLS connection. The JDK's client creates it in its constructor,
 * which takes half of the start of a program that calls a server on its own machine without TLS.
 */
final class LazyDefaultTls extends SSLContextSpi {
    private volatile @Nullable SSLContext made;

    private LazyDefaultTls() {}

    /** A context that behaves like {@link SSLContext#getDefault} at the moment of the first use. */
    static SSLContext context() {
        return new SSLContext(new LazyDefaultTls(), null, "Default") {};
    }

    private SSLContext made() {
        SSLContext known = made;
        if (known == null) {
            try {
                known = SSLContext.getDefault();
            } catch (NoSuchAlgorithmException e) { // a trust store that cannot be read, for example
                throw new IllegalStateException("the JVM has no default TLS: " + e.getMessage(), e);
            }
            made = known;
        }
        return known;
    }

    @Override
    protected SSLEngine engineCreateSSLEngine() {
        return made().createSSLEngine();
    }

    @Override
    protected SSLEngine engineCreateSSLEngine(String host, int port) {
        return made().createSSLEngine(host, port);
    }

    /** The constructor of the client calls this; the first TLS connection calls the methods of the result. */
    @Override
    protected SSLParameters engineGetDefaultSSLParameters() {
        return new SSLParameters() {
            @Override
            public String[] getCipherSuites() {
                return made().getDefaultSSLParameters().getCipherSuites();
            }

            @Override
            public String[] getProtocols() {
                return made().getDefaultSSLParameters().getProtocols();
            }
        };
    }

    @Override
    protected SSLParameters engineGetSupportedSSLParameters() {
        return made().getSupportedSSLParameters();
    }

    @Override
    protected SSLSocketFactory engineGetSocketFactory() {
        return made().getSocketFactory();
    }

    @Override
    protected SSLServerSocketFactory engineGetServerSocketFactory() {
        return made().getServerSocketFactory();
    }

    @Override
    protected SSLSessionContext engineGetClientSessionContext() {
        return made().getClientSessionContext();
    }

    @Override
    protected SSLSessionContext engineGetServerSessionContext() {
        return made().getServerSessionContext();
    }

    /** Not called, as such a context is not initialised. */
    @Override
    protected void engineInit(KeyManager[] keys, TrustManager[] trusted, SecureRandom random)
            throws KeyManagementException {
        throw new KeyManagementException("the JVM's default TLS is initialised already");
    }
}
