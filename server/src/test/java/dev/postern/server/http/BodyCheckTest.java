package dev.postern.server.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyCheckTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "1 | 1",
                "\"a,b[{\" | 1",
                "[1,2,[3]] | 5",
                "{\"a,\":{\"b\":\"\\\",[\"},\"c\":[]} | 4",
                "\"\\\\\",1,[ | 3",
                "[::::1,2:3] | 4",
                "{\"a\" : 1} | 2",
                "[\"a\"],:::[1] | 4",
                "{\"a\":[true,null,-1.5e3, \"b:\"],\"c\" : {}} | 7"
            })
    void valuesInsideStringsAreNotCounted(String json, int most) {
        assertThat(BodyCheck.values(json.getBytes(StandardCharsets.UTF_8))).isEqualTo(most);
    }
}
