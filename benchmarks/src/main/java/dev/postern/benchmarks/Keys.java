package dev.postern.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A key and a certificate signed by itself, made anew for each run. The server uses the key; the subjects trust the certificate. */
final class Keys {
    static final String PASSWORD = "benchmarks";

    private Keys() {}

    /** Makes the key store with the JDK's keytool. */
    static Path make(Path directory) throws IOException, InterruptedException {
        Path keys = directory.resolve("keys.p12");
        Files.deleteIfExists(keys);
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "server",
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-dname",
                "CN=127.0.0.1",
                "-ext",
                "san=ip:127.0.0.1",
                "-storetype",
                "PKCS12",
                "-keystore",
                keys.toString(),
                "-storepass",
                PASSWORD);
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("keytool.log").toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException("keytool failed; see " + directory.resolve("keytool.log"));
        }
        return keys;
    }

    /** The flags with which a Java process trusts the certificate. */
    static List<String> trust(Path keys) {
        return List.of(
                "-Djavax.net.ssl.trustStore=" + keys,
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD,
                "-Djavax.net.ssl.trustStoreType=PKCS12");
    }
}
