package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.server.http.Limits;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS from files in PEM. */
@Timeout(120)
class TlsTest {
    @TempDir
    private Path folder;

    private KeyStore certificate(String name, String algorithm) throws Exception {
        return TestCertificate.create(folder, name, algorithm);
    }

    private void write(String name, String text) throws IOException {
        Path next = Files.writeString(folder.resolve("next"), text, StandardCharsets.ISO_8859_1);
        Files.move(next, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    private void writeCertificate(KeyStore store) throws Exception {
        write("cert.pem", TestCertificate.certificate(store));
    }

    private void writeKey(KeyStore store) throws Exception {
        write("key.pem", TestCertificate.key(store));
    }

    private GatewayService serve() throws IOException {
        Path config = Files.writeString(
                folder.resolve("gateway.yaml"), """
                    providers: {llm: {backend: noop}}
                    server: {tls: {certificate: "%s", key: "%s"}}
                    """.formatted(folder.resolve("cert.pem"), folder.resolve("key.pem")));
        return GatewayService.start(
                new Arguments(Optional.of(config), "127.0.0.1", 0, Duration.ZERO, false, false),
                Map.of(),
                Limits.defaults());
    }

    /** A client that trusts one certificate only. */
    private static HttpResponse<String> get(int port, KeyStore trusted) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("a", trusted.getCertificate(TestCertificate.ALIAS));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .build()
                .send(
                        HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + "/healthz"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aNewCertificateIsUsedWithoutARestart() throws Exception {
        KeyStore first = certificate("first", "EC");
        KeyStore second = certificate("second", "RSA");
        writeCertificate(first);
        writeKey(first);
        try (GatewayService service = serve()) {
            HttpResponse<String> answer = get(service.port(), first);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
            assertThat(service.isEncrypted()).isTrue();
            assertThatThrownBy(() -> get(service.port(), second)).isInstanceOf(SSLHandshakeException.class);

            try (LogLines log = new LogLines()) {
                writeCertificate(second); // for a moment the key is another one's
                await(() -> log.lines().stream()
                        .anyMatch(line ->
                                line.startsWith("SEVERE The certificate (") && line.contains("key.pem: is not ")));
            }
            assertThat(get(service.port(), first).statusCode()).isEqualTo(200);
            writeKey(second);
            await(() -> {
                try {
                    return get(service.port(), second).statusCode() == 200;
                } catch (SSLHandshakeException e) {
                    return false;
                }
            });
        }
    }

    @Test
    void filesThatDoNotFitAreRefusedAtStart() throws Exception {
        KeyStore first = certificate("first", "EC");
        writeCertificate(first);
        assertThatThrownBy(this::serve)
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("key.pem: cannot be read (NoSuchFileException); see server.tls");
        writeKey(certificate("second", "EC"));
        assertThatThrownBy(this::serve)
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("key.pem: is not the key of the certificate");
        write("key.pem", "secret");
        assertThatThrownBy(this::serve)
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("key.pem: is not ")
                .hasMessageNotContaining("secret");
        write("cert.pem", "nothing");
        assertThatThrownBy(this::serve)
                .isInstanceOf(LlmException.class)
                .hasMessageContaining("cert.pem: is not a certificate in PEM");
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    private static void await(Check check) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!check.holds()) {
            assertThat(System.nanoTime()).as("nothing changed").isLessThan(end);
            Thread.sleep(50);
        }
    }
}
