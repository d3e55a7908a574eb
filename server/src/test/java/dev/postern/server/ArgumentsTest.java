package dev.postern.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.server.Arguments.UsageException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    @Test
    void allArgumentsHaveDefaults() throws UsageException {
        Arguments arguments = Arguments.parse();

        assertThat(arguments.config()).isEmpty();
        assertThat(arguments.host()).isEqualTo("127.0.0.1");
        assertThat(arguments.port()).isEqualTo(8000);
        assertThat(arguments.grace()).hasSeconds(10);
        assertThat(arguments.help()).isFalse();
    }

    @Test
    void bothFormsOfArgumentsAreAccepted() throws UsageException {
        Arguments arguments = Arguments.parse("--config", "a.yaml", "--port=0", "--host", "0.0.0.0", "--grace", "25");

        assertThat(arguments.config()).contains(Path.of("a.yaml"));
        assertThat(arguments.host()).isEqualTo("0.0.0.0");
        assertThat(arguments.port()).isZero();
        assertThat(arguments.grace()).hasSeconds(25);
        assertThat(Arguments.parse("-h").help()).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "--port x, '--port x is not a port; a port is a number from 0 to 65535.'",
        "--port 65536, '--port 65536 is not a port; a port is a number from 0 to 65535.'",
        "--port -1, '--port -1 is not a port; a port is a number from 0 to 65535.'",
        "--port, --port needs a value.",
        "--config=, --config needs a value.",
        "--grace 10s, --grace 10s is not a number of seconds.",
        "--verbose, There is no argument --verbose.",
        "file.yaml, There is no argument file.yaml."
    })
    void theErrorNamesTheInvalidArgument(String words, String sentence) {
        assertThatExceptionOfType(UsageException.class)
                .isThrownBy(() -> Arguments.parse(words.split(" ")))
                .withMessage(sentence);
    }
}
