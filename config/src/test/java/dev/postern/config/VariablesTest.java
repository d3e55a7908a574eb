package dev.postern.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VariablesTest {
    private final Variables variables = new Variables(
            Map.of("HOST", "db", "PORT", "90", "EMPTY", "", "NESTED", "${HOST} $PORT $$", "QUOTE", "a\": \\1\n- b"));

    private String expand(String text) {
        return variables.expand(text, IllegalStateException::new);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            plain                        | plain
            $HOST                        | db
            ${HOST}                      | db
            http://${HOST}:$PORT/x       | http://db:90/x
            ${HOST:-other}               | db
            ${HOST:=other}               | db
            ${NONE:-other}               | other
            ${NONE:=other}               | other
            ${EMPTY:-other}              | other
            ${EMPTY:=other}              | other
            ${EMPTY}                     | ``
            x${NONE:-}y                  | xy
            ${NONE:=http://h:1/@%?a=b}   | http://h:1/@%?a=b
            ${NONE:-$HOST}               | $HOST
            ${NESTED}                    | ${HOST} $PORT $$
            $$                           | $
            $$HOST                       | $HOST
            $${HOST}                     | ${HOST}
            $$$HOST                      | $db
            100 $ and $5                 | 100 $ and $5
            end$                         | end$
            $HOST_                       | ?
            """)
    void variablesAreReplacedOnce(String text, String expected) {
        if (expected.equals("?")) {
            assertThatThrownBy(() -> expand(text)).hasMessageStartingWith("the variable HOST_ is not set");
        } else {
            assertThat(expand(text)).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"${QUOTE}", "$QUOTE"})
    void valuesOfVariablesAreNotInterpreted(String text) {
        assertThat(expand(text)).isEqualTo("a\": \\1\n- b");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${", "${}", "${HOST", "${1}", "${HOST-x}", "${HOST:?x}", "${ HOST }"})
    void anIncompleteVariableIsRefused(String text) {
        assertThatThrownBy(() -> expand(text)).hasMessageContaining("write $$ for a dollar");
    }

    @ParameterizedTest
    @ValueSource(strings = {"${HOST:-${PORT}}", "${NONE:-${HOST}}", "${NONE:=${HOST:-x}}", "${NONE:-a${HOST}b}"})
    void aDefaultThatContainsAVariableIsRefused(String text) {
        assertThatThrownBy(() -> expand(text)).hasMessageContaining("contains another variable");
    }
}
