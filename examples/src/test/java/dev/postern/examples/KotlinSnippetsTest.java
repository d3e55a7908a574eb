package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.postern.CompletionRequest;
import dev.postern.LlmProvider;
import dev.postern.StreamEvent;
import dev.postern.testkit.FakeLlm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The snippets of the documentation in Kotlin compile. The compiler is on the class path with the Maven profile {@code full} only. */
@Tag("full")
class KotlinSnippetsTest {
    private static final String COMPILER = "org.jetbrains.kotlin.cli.jvm.K2JVMCompiler";

    /** What the snippets take as given. */
    private static final String IMPORTS = """
            import dev.postern.*
            import dev.postern.agent.*
            import kotlin.time.Duration.Companion.milliseconds
            import kotlin.time.Duration.Companion.seconds
            import kotlinx.coroutines.*
            import kotlinx.coroutines.channels.*
            import kotlinx.coroutines.flow.*
            import kotlinx.coroutines.future.*
            import kotlinx.coroutines.jdk9.asFlow

            """;

    private final ByteArrayOutputStream output = new ByteArrayOutputStream();

    @TempDir
    private Path scratch;

    @BeforeEach
    void theCompilerIsThere() {
        boolean found;
        try {
            Class.forName(COMPILER, false, getClass().getClassLoader());
            found = true;
        } catch (ClassNotFoundException e) {
            found = false;
        }
        assumeTrue(found, "the Kotlin compiler is on the class path with -Pfull only");
    }

    @Test
    void snippetsCompileWithoutAWarning() throws Exception {
        List<Path> sources = new ArrayList<>();
        for (DocumentPage page : DocumentPage.all()) {
            for (String body : page.blocks("kotlin")) {
                sources.add(file(sources.size(), isOfDeclarations(body) ? body : function(body)));
            }
        }
        assertThat(sources).hasSizeGreaterThanOrEqualTo(2);

        String result = compile(sources);

        assertThat(output.toString(StandardCharsets.UTF_8)).isEmpty();
        assertThat(result).isEqualTo("OK");
    }

    /** The annotations for nulls are visible in Kotlin. */
    @Test
    void aNullThatIsNotAllowedDoesNotCompile() throws Exception {
        String result = compile(List.of(file(0, function("llm.completions(null)\n"))));

        assertThat(output.toString(StandardCharsets.UTF_8)).containsIgnoringCase("null cannot be a value of");
        assertThat(result).isEqualTo("COMPILATION_ERROR");
    }

    /** What the page says about demand and cancel. */
    @Test
    void aFlowRequestsAheadAndATimeoutCancelsTheCall() throws Exception {
        String code = """
                fun text(stream: java.util.concurrent.Flow.Publisher<StreamEvent>): String = runBlocking {
                    stream.asFlow().filterIsInstance<StreamEvent.ContentDelta>().map { it.delta }.toList().joinToString("")
                }

                fun one(stream: java.util.concurrent.Flow.Publisher<StreamEvent>): String = runBlocking {
                    stream.asFlow().buffer(Channel.RENDEZVOUS).first().toString()
                }

                fun impatient(llm: LlmProvider, request: CompletionRequest): CompletionResponse? = runBlocking {
                    withTimeoutOrNull(1.milliseconds) { llm.completionsAsync(request).await() }
                }
                """;
        assertThat(compile(List.of(file(0, code))))
                .as(output.toString(StandardCharsets.UTF_8))
                .isEqualTo("OK");
        FakeLlm llm = FakeLlm.answering("Hel", "lo").thenText("a").thenHang();
        CompletionRequest request = CompletionRequest.of("Hello");
        List<Long> requested = new CopyOnWriteArrayList<>();

        try (URLClassLoader loader = new URLClassLoader(
                new URL[] {scratch.resolve("classes").toUri().toURL()},
                getClass().getClassLoader())) {
            Class<?> compiled = loader.loadClass("snippet0.Snippet0Kt");

            assertThat(compiled.getMethod("text", Flow.Publisher.class)
                            .invoke(null, watched(llm.stream(request), requested)))
                    .isEqualTo("Hello");
            assertThat(requested.get(0)).isEqualTo(64);
            requested.clear();
            compiled.getMethod("one", Flow.Publisher.class).invoke(null, watched(llm.stream(request), requested));
            assertThat(requested.get(0)).isEqualTo(1);
            assertThat(compiled.getMethod("impatient", LlmProvider.class, CompletionRequest.class)
                            .invoke(null, llm, request))
                    .isNull();
            llm.awaitIdle();
        }
    }

    /** The same stream; what is requested goes into the list. */
    private static Flow.Publisher<StreamEvent> watched(Flow.Publisher<StreamEvent> stream, List<Long> requested) {
        return subscriber -> stream.subscribe(new Flow.Subscriber<>() {
            @Override
            public void onSubscribe(Flow.Subscription subscription) {
                subscriber.onSubscribe(new Flow.Subscription() {
                    @Override
                    public void request(long n) {
                        requested.add(n);
                        subscription.request(n);
                    }

                    @Override
                    public void cancel() {
                        subscription.cancel();
                    }
                });
            }

            @Override
            public void onNext(StreamEvent event) {
                subscriber.onNext(event);
            }

            @Override
            public void onError(Throwable failure) {
                subscriber.onError(failure);
            }

            @Override
            public void onComplete() {
                subscriber.onComplete();
            }
        });
    }

    private static boolean isOfDeclarations(String body) {
        return body.startsWith("@") || body.startsWith("fun ") || body.startsWith("suspend ");
    }

    private static String function(String body) {
        return "suspend fun run(llm: LlmProvider, request: CompletionRequest) {\n" + body + "}\n";
    }

    /** Each snippet has a package of its own. */
    private Path file(int number, String code) throws IOException {
        return Files.writeString(
                scratch.resolve("Snippet" + number + ".kt"), "package snippet" + number + "\n\n" + IMPORTS + code);
    }

    /** Compiles and returns the compiler's word for the result; its messages are in {@link #output}. */
    private String compile(List<Path> sources) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(
                "-Werror",
                "-no-stdlib",
                "-no-reflect",
                "-jvm-target",
                "17",
                "-d",
                scratch.resolve("classes").toString(),
                "-classpath",
                System.getProperty("java.class.path")));
        sources.forEach(source -> arguments.add(source.toString()));
        Class<?> compiler = Class.forName(COMPILER);
        Object result = compiler.getMethod("exec", PrintStream.class, String[].class)
                .invoke(
                        compiler.getConstructor().newInstance(),
                        new PrintStream(output, true, StandardCharsets.UTF_8),
                        arguments.toArray(String[]::new));
        return result.toString();
    }
}
