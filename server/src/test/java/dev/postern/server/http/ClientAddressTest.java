package dev.postern.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ClientAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.0.2.7, 198.51.100.1, 192.0.2.7", // anybody may write the header
        "10.0.0.1, '', 10.0.0.1",
        "10.0.0.1, 198.51.100.1, 198.51.100.1",
        "10.0.0.1, '203.0.113.9, 198.51.100.1', 198.51.100.1", // the first one may be invented
        "10.0.0.1, '203.0.113.9, 198.51.100.1, 10.1.2.3', 198.51.100.1",
        "10.0.0.1, '203.0.113.9|10.1.2.3', 203.0.113.9", // two lines
        "10.0.0.1, 198.51.100.1:4711, 198.51.100.1",
        "10.0.0.1, '[2001:db8::1]:80', 2001:db8::1",
        "10.0.0.1, '198.51.100.1, unknown', 10.0.0.1",
        "10.0.0.1, '198.51.100.1, ', 10.0.0.1",
        "::ffff:10.0.0.1, 198.51.100.1, 198.51.100.1",
        "fd00::5, 198.51.100.1, 198.51.100.1",
        "10.0.0.1, 10.0.0.2, 10.0.0.2",
    })
    void theLastAddressThatIsNotAProxysIsTheClients(String peer, String forwarded, String client) {
        AddressRanges proxies =
                AddressRanges.parse(List.of("10.0.0.0/8", "fd00::/9")).orElseThrow();
        List<String> lines = Arrays.asList(forwarded.split("\\|", -1));

        assertThat(ClientAddress.of(peer, lines, proxies)).isEqualTo(client);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1, true",
        "127.0.0.1, 127.0.0.2, false",
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "192.168.4.0/22, 192.168.7.9, true",
        "192.168.4.0/22, 192.168.8.0, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "0.0.0.0/0, ::1, false",
        "2001:db8::/33, 2001:db8:7fff::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
        "127.0.0.1, ::ffff:127.0.0.1, true",
        "127.0.0.1, localhost, false",
    })
    void aRangeHasAnAddressAndALength(String range, String address, boolean contains) {
        assertThat(AddressRanges.parse(List.of(range)).orElseThrow().contains(address))
                .isEqualTo(contains);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "localhost",
                "beef.cafe",
                "10.0.0.0/33",
                "::/129",
                "10.0.0.0/",
                "10.0.0.0/x",
                "10.0.0/8/8",
                "fe80::1%eth0"
            })
    void whatIsNotARangeIsRefused(String text) {
        assertThat(AddressRanges.parse(List.of("127.0.0.1", text))).isEmpty();
    }
}
