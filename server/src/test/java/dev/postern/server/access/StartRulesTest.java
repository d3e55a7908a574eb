package dev.postern.server.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.postern.LlmException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartRulesTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // keys | loopback | proxy | --no-keys | what happens
                "false | true  | false | false | open",
                "false | true  | false | true  | open",
                "false | true  | true  | false | trusted_proxies",
                "false | true  | true  | true  | open",
                "false | false | false | false | listens for other machines",
                "false | false | true  | false | trusted_proxies",
                "false | false | false | true  | open",
                "true  | true  | false | false | keys",
                "true  | false | true  | false | keys",
                "true  | true  | false | true  | --no-keys contradicts",
            })
    void aServerForOthersNeedsKeys(boolean declared, boolean loopback, boolean proxied, boolean noKeys, String what) {
        if (what.equals("open") || what.equals("keys")) {
            assertThat(StartRules.asksForKeys(declared, loopback, proxied, noKeys))
                    .isEqualTo(what.equals("keys"));
        } else {
            assertThatThrownBy(() -> StartRules.asksForKeys(declared, loopback, proxied, noKeys))
                    .isInstanceOf(LlmException.class)
                    .hasMessageContaining(what);
        }
    }
}
