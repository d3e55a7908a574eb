package dev.postern.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;

/** What is said about a wrong or missing property: which one it is, and what to write. No text has a key. */
class FailureTextsTest {
    private static final String SECRET = "sk-very-secret-0123456789";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "postern.model=m | postern.api-key: is missing; set it, or set postern.base-url",
                "postern.base-url= | postern.base-url: ",
                "postern.base-url=ftp://localhost | postern.base-url: ",
                "postern.provider=opnai | postern.provider: no factory on the class path offers this type. Did you mean 'openai'?",
                "postern.profile=olama | postern.profile: is not a known name. Did you mean 'ollama'?",
                "postern.model=${POSTERN_UNSET_VARIABLE} | postern.model: refers to a variable that is not set",
                "postern.region=eu-central-1 | postern.region: belongs to the provider bedrock",
                "postern.retries.max-attempts=0 | postern.retries.max-attempts: must be at least 1",
                "postern.timeouts.first-token=-1s | postern.timeouts.first-token: must not be negative",
                "postern.bas-url=http://localhost | postern.bas-url: is not a known property. Did you mean 'postern.base-url'?",
                "postern.temperature=1 | postern.temperature: is not a known property. Remove it",
            })
    void aWrongPropertyIsNamed(String property, String expected) {
        boolean missing = property.startsWith("postern.model=m");
        Contexts.plain()
                .withPropertyValues(missing ? "postern.model=m" : "postern.api-key=" + SECRET, property.trim())
                .run(context -> {
                    Throwable failure = context.getStartupFailure();
                    LlmException cause = Contexts.cause(failure, LlmException.class);
                    assertThat(cause.kind()).isEqualTo(Kind.CONFIGURATION);
                    assertThat(cause).hasMessageStartingWith(expected.trim());
                    assertThat(Contexts.text(failure)).doesNotContain(SECRET);
                });
    }

    @Test
    void aVariableThatIsNotSetIsNotSentAsTheKey() {
        Contexts.plain()
                .withPropertyValues("postern.api-key=${POSTERN_UNSET_VARIABLE}")
                .run(context -> assertThat(Contexts.cause(context.getStartupFailure(), LlmException.class))
                        .hasMessageStartingWith("postern.api-key: refers to a variable that is not set"));
    }

    @Test
    void aKeyInTheWrongPlaceIsNotShown() {
        Contexts.plain()
                .withPropertyValues("postern.api-key." + SECRET + "=", "postern.base-url=" + SECRET)
                .run(context ->
                        assertThat(Contexts.text(context.getStartupFailure())).doesNotContain(SECRET));
        Contexts.plain()
                .withPropertyValues("postern.api-kye=" + SECRET)
                .run(context ->
                        assertThat(Contexts.text(context.getStartupFailure())).doesNotContain(SECRET));
    }

    @Test
    void noBeanShowsTheKey() {
        Contexts.plain()
                .withPropertyValues("postern.api-key=" + SECRET)
                .run(context -> assertThat(context.getBeansOfType(Object.class).values())
                        .isNotEmpty()
                        .allSatisfy(bean -> assertThat(bean.toString()).doesNotContain(SECRET)));
    }

    @Test
    void theAnalysisHasAnExample() {
        LlmException failure = new LlmException(Kind.CONFIGURATION, "postern.base-url: must be an address");

        FailureAnalysis analysis = new ConfigurationFailureAnalyzer(null).analyze(failure);

        assertThat(analysis.getDescription())
                .isEqualTo("A property of Postern is invalid: postern.base-url: must be an address");
        assertThat(analysis.getAction()).endsWith("postern.base-url=http://localhost:11434");
    }

    @Test
    void anErrorOfAFileIsExplained() {
        LlmException failure = new LlmException(Kind.CONFIGURATION, "gateway.yaml:4: providers.llm: is missing");

        FailureAnalysis analysis = new ConfigurationFailureAnalyzer(null).analyze(failure);

        assertThat(analysis.getDescription()).contains("gateway.yaml:4: providers.llm: is missing");
    }

    @Test
    void aFailureOfACallIsNotExplained() {
        LlmException failure = new LlmException(Kind.OVERLOADED, "busy");

        assertThat(new ConfigurationFailureAnalyzer(null).analyze(failure)).isNull();
    }

    @Configuration(proxyBeanMethods = false)
    @ImportAutoConfiguration(PosternAutoConfiguration.class)
    static class Application {}

    @Test
    @ExtendWith(OutputCaptureExtension.class)
    void anApplicationThatDoesNotStartSaysWhereThePropertyIsSet(CapturedOutput output) {
        SpringApplicationBuilder application =
                new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE);

        assertThatThrownBy(() -> application.run("--postern.api-key=" + SECRET, "--postern.base-url=ftp://localhost"))
                .hasRootCauseInstanceOf(LlmException.class);

        assertThat(output)
                .contains("APPLICATION FAILED TO START")
                .contains("A property of Postern is invalid: postern.base-url: ")
                .contains("It is set in \"postern.base-url\" from property source \"commandLineArgs\"")
                .contains("postern.base-url=http://localhost:11434")
                .doesNotContain(SECRET);
    }
}
