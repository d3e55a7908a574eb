package dev.postern.mcp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server of the official SDK for TypeScript, over HTTP. The property {@code postern.node} says where they are installed. */
final class NodeServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private NodeServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /** The file of a server; skips the test if there is none. */
    static String file(String name) {
        Path folder = Path.of(System.getProperty("postern.node", ""));
        Path file = folder.resolve(name + ".mjs").toAbsolutePath();
        assumeTrue(
                Files.exists(file) && Files.isDirectory(folder.resolve("node_modules")),
                "the servers for Node are not installed; run src/test/node/install DIR and set -Dpostern.node=DIR");
        return file.toString();
    }

    static McpClientBuilder process(String name) {
        return McpClient.stdio("node", file(name), "stdio").name("ts");
    }

    static NodeServer start(String name) throws IOException {
        Process process = new ProcessBuilder("node", file(name), "http")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        BufferedReader output =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        return new NodeServer(process, Integer.parseInt(output.readLine()));
    }

    McpClientBuilder client() {
        return McpClient.http(URI.create("http://127.0.0.1:" + port + "/mcp")).name("ts");
    }

    @Override
    public void close() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
    }
}
