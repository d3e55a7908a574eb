package dev.postern.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.LlmException;
import dev.postern.Timeouts;
import dev.postern.bedrock.BedrockProviderBuilder;
import dev.postern.config.GatewayLoader;
import dev.postern.gateway.Gateway;
import dev.postern.http.RetryPolicy;
import dev.postern.openai.ServerProfile;
import java.io.IOException;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README says is so. */
class ReadmeTest {
    private static final Path README = Path.of("..", "README.md");

    /** What the snippets take as given. */
    private static final String WRAPPER = """
            import dev.postern.*;
            import dev.postern.agent.*;
            import dev.postern.agent.jdbc.*;
            import dev.postern.bedrock.*;
            import dev.postern.client.*;
            import dev.postern.config.*;
            import dev.postern.gateway.*;
            import dev.postern.http.*;
            import dev.postern.json.*;
            import dev.postern.openai.*;
            import dev.postern.schema.*;
            import java.nio.charset.*;
            import java.nio.file.*;
            import java.time.*;
            import java.util.*;
            import java.util.concurrent.*;

            abstract class Snippet%d {
                LlmProvider llm;
                javax.sql.DataSource dataSource;
                CompletionRequest request;

                void run() throws Exception {
            %s
                }
            }
            """;

    private final String readme = Files.readString(README);

    ReadmeTest() throws IOException {}

    @Test
    void snippetsCompileWithoutAWarning(@TempDir Path classes) {
        List<JavaFileObject> sources = snippets();
        assertThat(sources).hasSizeGreaterThanOrEqualTo(5);

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

    private List<JavaFileObject> snippets() {
        List<String> bodies = matches("(?ms)^```java\n(.*?)^```$");
        return bodies.stream()
                .<JavaFileObject>map(body -> new Source(bodies.indexOf(body), body))
                .toList();
    }

    @Test
    void configurationsLoad() {
        List<String> files = matches("(?ms)^```yaml\n(.*?)^```$");
        assertThat(files).isNotEmpty();

        for (String file : files) {
            try (Gateway gateway = GatewayLoader.create()
                    .environment(Map.of("OPENAI_API_KEY", "key"))
                    .parse(file)) {
                assertThat(gateway.backends()).contains(gateway.defaultBackend());
            }
        }
    }

    @Test
    void quickstartPrintsWhatIsShown() throws Exception {
        Console console = new Console();
        Example.run(Quickstart::run, Map.of(), console.out);

        String shown = matches("(?ms)^```\n(1\\. .*?)^```$").get(0);
        for (String line : shown.split("\n")) {
            assertThat(console.text()).contains(line.replaceFirst(" …$", ""));
        }
    }

    @Test
    void eachProfileHasARow() {
        for (ServerProfile profile : ServerProfile.all()) {
            List<String> cells = row("Servers", "`" + profile.name() + "`");

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
            assertThat(row("Errors", "`" + kind + "`").get(2).startsWith("yes")).isEqualTo(kind.retryable());
        }
    }

    @Test
    void eachTimeoutAndRetrySettingHasARow() {
        Arrays.stream(Timeouts.class.getRecordComponents())
                .forEach(setting -> row("Timeouts", "`" + setting.getName() + "`"));
        Arrays.stream(RetryPolicy.class.getRecordComponents())
                .forEach(setting -> row("Retries", "`" + setting.getName() + "`"));
    }

    @Test
    void eachSettingOfBedrockHasARow() {
        assertThat(BedrockProviderBuilder.class.getMethods())
                .filteredOn(setting -> setting.getReturnType() == BedrockProviderBuilder.class)
                .hasSizeGreaterThan(10)
                .allSatisfy(setting -> row("Amazon Bedrock", "`" + setting.getName() + "`"));
    }

    @Test
    void linksLeadSomewhere() {
        assertThat(matches("\\]\\(([^)#:]+)\\)"))
                .isNotEmpty()
                .allSatisfy(link -> assertThat(README.resolveSibling(link)).exists());
    }

    /** The cells of a row of the table in a section. */
    private List<String> row(String section, String cell) {
        Matcher found = Pattern.compile("(?ms)^## " + section + "$.*?^(\\|[^\\n]*" + Pattern.quote(cell) + "[^\\n]*)$")
                .matcher(readme);
        assertThat(found.find()).as(section + ", " + cell).isTrue();
        return Arrays.stream(found.group(1).substring(1).split("\\|"))
                .map(String::trim)
                .toList();
    }

    private List<String> matches(String pattern) {
        return Pattern.compile(pattern)
                .matcher(readme)
                .results()
                .map((MatchResult match) -> match.group(1))
                .toList();
    }

    /** A snippet as a class of its own. */
    private static final class Source extends SimpleJavaFileObject {
        private final String code;

        Source(int number, String body) {
            super(URI.create("string:///Snippet" + number + ".java"), Kind.SOURCE);
            code = WRAPPER.formatted(number, body);
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return code;
        }
    }
}
