package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.ToolDefinition;
import dev.postern.agent.Tool;
import dev.postern.bedrock.BedrockProviderBuilder;
import dev.postern.config.GatewayLoader;
import dev.postern.config.RunningGateway;
import dev.postern.gateway.Gateway;
import dev.postern.http.RetryPolicy;
import dev.postern.json.Json;
import dev.postern.mcp.McpClientBuilder;
import dev.postern.mcp.McpLimits;
import dev.postern.openai.OpenAiProviderBuilder;
import dev.postern.openai.ServerProfile;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README, the READMEs of the modules and docs/: snippets compile, configuration files load, links have a target. */
class DocumentationTest {
    private static final Path ROOT = Path.of("..");

    /** What snippets of pages on a framework take as given, too. Some classes of two frameworks have the same name. */
    private static final Map<String, String> FRAMEWORK_IMPORTS = Map.of("langchain4j", """
            import dev.langchain4j.model.chat.ChatModel;
            import dev.langchain4j.model.chat.StreamingChatModel;
            import dev.langchain4j.model.chat.response.ChatResponse;
            import dev.langchain4j.model.chat.response.StreamingChatResponseHandler;
            import dev.postern.langchain4j.*;
            """, "spring-ai", """
            import dev.postern.springai.*;
            import org.springframework.ai.chat.client.ChatClient;
            import org.springframework.ai.chat.model.ChatModel;
            """);

    /** What the snippets take as given. */
    private static final String WRAPPER = """
            import dev.postern.*;
            import dev.postern.agent.*;
            import dev.postern.bedrock.*;
            import dev.postern.call.*;
            import dev.postern.client.*;
            import dev.postern.config.*;
            import dev.postern.gateway.*;
            import dev.postern.genai.*;
            import dev.postern.http.*;
            import dev.postern.jackson.*;
            import dev.postern.jdbc.*;
            import dev.postern.json.*;
            import dev.postern.mcp.*;
            import dev.postern.micrometer.*;
            import dev.postern.openai.*;
            import dev.postern.opentelemetry.*;
            import dev.postern.reactor.*;
            import dev.postern.schema.*;
            import dev.postern.spi.*;
            import dev.postern.testkit.*;
            import dev.postern.usage.*;
            import dev.postern.wire.*;
            import io.micrometer.core.instrument.MeterRegistry;
            import io.micrometer.observation.*;
            import io.opentelemetry.api.*;
            import io.opentelemetry.api.common.Attributes;
            import io.reactivex.rxjava3.core.Flowable;
            import io.reactivex.rxjava3.core.Single;
            import io.smallrye.mutiny.Multi;
            import io.smallrye.mutiny.Uni;
            import java.net.*;
            import java.net.http.*;
            import java.nio.charset.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;
            import java.util.function.*;
            import org.reactivestreams.FlowAdapters;
            import reactor.adapter.JdkFlowAdapter;
            import reactor.core.publisher.Flux;
            import reactor.core.publisher.Mono;
            import tools.jackson.databind.json.*;
            %s
            abstract class Snippet%d {
                LlmProvider llm;
                javax.sql.DataSource dataSource;
                CompletionRequest request;
                System.Logger log;
                OpenTelemetry openTelemetry;
                ObservationRegistry observationRegistry;
                MeterRegistry meterRegistry;

            %s
            }
            """;

    /** A snippet that declares classes; any other one contains statements. */
    private static final Pattern CLASSES = Pattern.compile("(?s)(?:/\\*\\*.*?\\*/\n)?(?:public )?final class .*");

    /** The tool that the files name. */
    private static final ToolDefinition WEATHER =
            ToolDefinition.of("get_weather", "The weather in a city, now.", Map.of("type", "object"));

    private final List<DocumentPage> pages = DocumentPage.all();

    @Test
    void snippetsCompileWithoutAWarning(@TempDir Path classes) {
        List<JavaFileObject> sources = snippets();
        assertThat(sources).hasSizeGreaterThanOrEqualTo(20);

        StringWriter output = new StringWriter();
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<String> options = List.of(
                "-Xlint:all",
                "-Werror",
                "-proc:none",
                "-d",
                classes.toString(),
                "-cp",
                System.getProperty("java.class.path"));
        boolean compiled =
                compiler.getTask(output, null, null, options, null, sources).call();

        assertThat(output.toString()).isEmpty();
        assertThat(compiled).isTrue();
    }

    /**
     * A snippet that begins with imports is a whole file. The classes of one page belong together. Any other snippet is
     * the body of a method.
     */
    private List<JavaFileObject> snippets() {
        List<JavaFileObject> sources = new ArrayList<>();
        for (DocumentPage page : pages) {
            StringBuilder classes = new StringBuilder();
            for (String body : page.blocks("java")) {
                if (body.startsWith("import ")) {
                    Matcher name = Pattern.compile("(?m)^(?:public )?(?:final )?class (\\w+)")
                            .matcher(body);
                    assertThat(name.find()).as(body).isTrue();
                    sources.add(new Source(name.group(1), body));
                } else if (CLASSES.matcher(body).matches()) {
                    classes.append(body);
                } else if (!body.startsWith("module ")) {
                    sources.add(wrapped(page, sources.size(), "void run() throws Exception {\n" + body + "}"));
                }
            }
            if (!classes.isEmpty()) {
                sources.add(wrapped(page, sources.size(), classes.toString()));
            }
        }
        return sources;
    }

    private static JavaFileObject wrapped(DocumentPage page, int number, String members) {
        String imports = FRAMEWORK_IMPORTS.entrySet().stream()
                .filter(framework -> page.file().toString().contains(framework.getKey()))
                .map(Map.Entry::getValue)
                .collect(Collectors.joining());
        return new Source("Snippet" + number, WRAPPER.formatted(imports, number, members));
    }

    @Test
    void modulesThatSnippetsRequireExist() throws IOException {
        List<String> declared = new ArrayList<>();
        for (Path descriptor : sourcesNamed("module-info.java")) {
            declared.addAll(
                    new DocumentPage(descriptor, Files.readString(descriptor)).matches("(?m)^module ([\\w.]+)"));
        }
        List<String> required = pages.stream()
                .flatMap(page ->
                        page.matches("(?:requires|opens \\S+ to|--add-modules) (dev\\.postern[\\w.]*)").stream())
                .toList();

        assertThat(required).isNotEmpty();
        assertThat(declared).containsAll(required);
    }

    @Test
    void artifactsThatAreNamedExist() throws IOException {
        List<String> built = new ArrayList<>(List.of("postern-parent"));
        for (Path pom : sourcesNamed("pom.xml")) {
            built.addAll(new DocumentPage(pom, Files.readString(pom)).matches("(?m)^  <artifactId>(postern-[\\w-]+)<"));
        }
        List<String> named = pages.stream()
                .flatMap(page -> page.matches("(?:<artifactId>|`)(postern-[\\w-]+)[<`]").stream())
                .toList();

        assertThat(named).isNotEmpty();
        assertThat(built).containsAll(named);
    }

    private static List<Path> sourcesNamed(String name) throws IOException {
        try (Stream<Path> files = Files.find(
                ROOT,
                6,
                (file, attributes) -> file.endsWith(name) && !file.toString().contains("target"))) {
            return files.toList();
        }
    }

    @Test
    void configurationsLoad() {
        List<String> files =
                pages.stream().flatMap(page -> page.blocks("yaml").stream()).toList();
        assertThat(files).hasSizeGreaterThanOrEqualTo(5);

        for (String file : files) {
            try (RunningGateway running = GatewayLoader.create()
                    .environment(Map.of("OPENAI_API_KEY", "key", "TEAM_KEY", "key"))
                    .agents(agents -> agents.tool(Tool.of(WEATHER, arguments -> "sunny")))
                    .parse(file)) {
                Gateway gateway = running.gateway();
                assertThat(gateway.backends()).contains(gateway.defaultBackend());
            }
        }
    }

    @Test
    void jsonIsJson() {
        assertThat(pages.stream().flatMap(page -> page.blocks("json").stream()))
                .isNotEmpty()
                .allSatisfy(text -> assertThat(Json.parse(text)).isInstanceOf(Map.class));
    }

    @Test
    void programsThatAreNamedCanBeRun() throws IOException {
        String run = Files.readString(ROOT.resolve("examples/run"));
        assertThat(pages.stream().flatMap(page -> page.matches("examples/run ([a-z][\\w-]+)").stream()))
                .isNotEmpty()
                .allSatisfy(name -> assertThat(run).contains("  " + name + ") class="));
        assertThat(pages.stream().flatMap(page -> page.matches("(?:^|[`\n])((?:\\w+|\\.ci)/run)\\b").stream()))
                .isNotEmpty()
                .allSatisfy(script -> assertThat(ROOT.resolve(script)).isExecutable());
    }

    @Test
    void quickstartPrintsWhatIsShown() throws Exception {
        Console console = new Console();
        Example.run(Quickstart::run, Map.of(), console.out);

        String shown = DocumentPage.of("README.md")
                .matches("(?ms)^```\n(1\\. .*?)^```$")
                .get(0);
        for (String line : shown.split("\n")) {
            assertThat(console.text()).contains(line.replaceFirst(" …$", ""));
        }
    }

    /** The service and its test in the page on testing are the ones that run here, and a reader can take them in at once. */
    @Test
    void testOfAServiceIsShownAsItRuns() throws IOException {
        List<String> shown = DocumentPage.of("docs/testing.md").blocks("java");
        for (String name : List.of("Advisor", "AdvisorTest")) {
            Path file = Path.of("src/test/java/dev/postern/examples", name + ".java");
            String source = Files.readString(file).replaceFirst("(?s)^package .*?\n\n", "");

            assertThat(shown).contains(source);
            assertThat(source.lines()).hasSizeLessThanOrEqualTo(60);
        }
    }

    @Test
    void readmeIsShort() {
        assertThat(DocumentPage.of("README.md").text().lines()).hasSizeLessThanOrEqualTo(200);
    }

    @Test
    void readmesOfModulesNameTheirArtifact() {
        assertThat(DocumentPage.moduleReadmes())
                .hasSizeGreaterThanOrEqualTo(10)
                .allSatisfy(page -> assertThat(page.matches("(?:dev\\.postern:|<artifactId>)(postern-[\\w-]+)"))
                        .containsAll(DocumentPage.of(ROOT.relativize(page.file().getParent()) + "/pom.xml")
                                .matches("(?m)^  <artifactId>(postern-[\\w-]+)<")));
    }

    @Test
    void indexNamesEachPage() {
        DocumentPage index = DocumentPage.of("docs/README.md");
        assertThat(pages)
                .filteredOn(page ->
                        page.toString().startsWith("docs") && !page.toString().endsWith("README.md"))
                .hasSizeGreaterThanOrEqualTo(13)
                .allSatisfy(page ->
                        assertThat(index.text()).contains("](" + page.file().getFileName() + ")"));
    }

    @Test
    void eachProfileHasARow() {
        for (ServerProfile profile : ServerProfile.all()) {
            List<String> cells = row("servers", "Servers", "`" + profile.name() + "`");

            assertThat(cells).hasSize(5);
            if (cells.get(2).contains("by host")) {
                assertThat(ServerProfile.forBaseUrl(URI.create(
                                cells.get(1).replaceAll("^[^`]*`|`.*$", "").replace("NAME", "name"))))
                        .isEqualTo(profile);
            }
        }
    }

    @Test
    void eachKindHasARowThatSaysWhetherItIsRetried() {
        for (LlmException.Kind kind : LlmException.Kind.values()) {
            assertThat(row("errors-and-retries", "Kinds", "`" + kind + "`")
                            .get(2)
                            .startsWith("yes"))
                    .isEqualTo(kind.retryable());
        }
    }

    @Test
    void eachTimeoutAndRetrySettingHasARow() {
        Arrays.stream(Timeouts.class.getRecordComponents())
                .forEach(setting -> row("http", "Timeouts", "`" + setting.getName() + "`"));
        Arrays.stream(RetryPolicy.class.getRecordComponents())
                .forEach(setting -> row("errors-and-retries", "Retries", "`" + setting.getName() + "`"));
    }

    @Test
    void eachSettingOfAProviderHasARow() {
        assertSettings(OpenAiProviderBuilder.class, "servers");
        assertSettings(BedrockProviderBuilder.class, "bedrock");
        assertSettings(McpClientBuilder.class, "mcp");
        Arrays.stream(McpLimits.class.getRecordComponents())
                .forEach(limit -> row("mcp", "Settings", "`" + limit.getName() + "`"));
    }

    private void assertSettings(Class<?> builder, String page) {
        assertThat(builder.getMethods())
                .filteredOn(setting -> setting.getReturnType() == builder)
                .hasSizeGreaterThan(10)
                .allSatisfy(setting -> row(page, "Settings", "`" + setting.getName() + "`"));
    }

    @Test
    void linksLeadSomewhere() {
        for (DocumentPage page : pages) {
            assertThat(page.matches("\\]\\(([^):]+)\\)")).allSatisfy(link -> {
                String[] parts = link.split("#", 2);
                Path target = parts[0].isEmpty() ? page.file() : page.file().resolveSibling(parts[0]);
                assertThat(target).as(page + ": " + link).exists();
                if (parts.length > 1) {
                    assertThat(new DocumentPage(target, Files.readString(target)).anchors())
                            .as(page + ": " + link)
                            .contains(parts[1]);
                }
            });
        }
    }

    private static List<String> row(String page, String section, String cell) {
        return DocumentPage.of("docs/" + page + ".md")
                .row(section, cell)
                .orElseThrow(() -> new AssertionError(page + ", " + section + ": no row for " + cell));
    }

    /** A snippet as a class of its own. */
    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        Source(String name, String code) {
            super(URI.create("string:///" + name + ".java"), Kind.SOURCE);
            this.code = code;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
