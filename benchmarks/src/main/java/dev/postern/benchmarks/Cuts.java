package dev.postern.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Prints what each subject tells its program about a stream that is cut: the server sends three pieces of text and ends the body in an
 * orderly way, without a finish reason and without the end mark, as a proxy does whose backend died.
 */
public final class Cuts {
    private static final int PIECES = 3;
    private static final List<String> SUBJECTS =
            List.of("postern", "openai-java", "langchain4j", "langchain4j-postern", "spring-ai", "spring-ai-postern");

    private Cuts() {}

    /** See {@code benchmarks/run --help}. */
    public static void main(String[] args) throws Exception {
        Options options = Options.of(Arrays.stream(args)
                .filter(argument -> !argument.equals("--cut"))
                .toArray(String[]::new));
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", Cuts::answer);
        server.start();
        try {
            String address = "http://127.0.0.1:" + server.getAddress().getPort();
            for (String subject : options.subjects().isEmpty() ? SUBJECTS : options.subjects()) {
                System.out.println("| " + subject + " | " + outcome(options, subject, address) + " |");
            }
        } finally {
            server.stop(0);
        }
    }

    private static void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        exchange.getResponseHeaders().add("Content-Type", "text/event-stream");
        exchange.sendResponseHeaders(200, 0); // in chunks
        try (OutputStream body = exchange.getResponseBody()) {
            for (int i = 0; i < PIECES; i++) {
                body.write(("data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"cut\","
                                + "\"choices\":[{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"piece \"},"
                                + "\"finish_reason\":null}]}\n\n")
                        .getBytes(StandardCharsets.UTF_8));
                body.flush();
            }
        }
    }

    private static String outcome(Options options, String subject, String address)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Child.java(
                        options.jdks().get(0),
                        ClassPath.of(options.root(), subject),
                        Cut.class,
                        List.of(),
                        subject,
                        address))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String outcome = "did not end";
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            if (process.waitFor(60, TimeUnit.SECONDS)) {
                for (String line; (line = output.readLine()) != null; ) {
                    outcome = line.startsWith(Cut.ENDED) ? line.substring(Cut.ENDED.length()) : outcome;
                }
            }
        } finally {
            process.destroyForcibly();
        }
        return outcome;
    }
}
