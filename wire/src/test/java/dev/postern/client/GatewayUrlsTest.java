package dev.postern.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GatewayUrlsTest {
    @ParameterizedTest
    @CsvSource({
        "http://localhost:8000, http://localhost:8000",
        "https://user:secret@host/gateway/, https://host/gateway",
        "http://host/@team, http://host/@team",
        "http://host/v?key=secret, http://host/v",
    })
    void errorsShowTheAddressWithoutUserAndQuery(String baseUrl, String shown) {
        assertThat(GatewayUrls.of(baseUrl).shown()).isEqualTo(shown);
    }
}
