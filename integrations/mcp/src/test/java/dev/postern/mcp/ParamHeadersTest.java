package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.postern.LlmException;
import dev.postern.json.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parameters that are repeated in headers. */
class ParamHeadersTest {
    @SuppressWarnings("unchecked")
    private static Map<String, Object> json(String text) {
        return (Map<String, Object>) Json.parse(text);
    }

    @Test
    void valuesAreTakenFromTheirPaths() {
        ParamHeaders headers = ParamHeaders.of(json("""
                {"type":"object","properties":{
                  "region":{"type":"string","x-mcp-header":"Region"},
                  "inner":{"type":"object","properties":{
                    "count":{"type":"integer","x-mcp-header":"Count"},
                    "flag":{"type":"boolean","x-mcp-header":"Flag"},
                    "none":{"type":"string","x-mcp-header":"None"}}},
                  "plain":{"type":"string","default":{"x-mcp-header":"a value, no mark"}}}}"""));

        assertThat(headers.of(
                        json("{\"region\":\"us\",\"inner\":{\"count\":42.0,\"flag\":false,\"none\":null}}"), true))
                .isEqualTo(Map.of("Mcp-Param-Region", "us", "Mcp-Param-Count", "42", "Mcp-Param-Flag", "false"));
        assertThat(headers.of(json("{\"region\":\"us\"}"), false)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"x-mcp-header\":\"A\"}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"a b\"}}}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":7}}}",
                "{\"properties\":{\"a\":{\"type\":\"number\",\"x-mcp-header\":\"A\"}}}",
                "{\"properties\":{\"a\":{\"x-mcp-header\":\"A\"}}}",
                "{\"properties\":{\"a\":{\"items\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}}",
                "{\"anyOf\":[{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"}}}]}",
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-mcp-header\":\"A\"},"
                        + "\"b\":{\"type\":\"string\",\"x-mcp-header\":\"a\"}}}"
            })
    void marksThatBreakTheRulesAreRefused(String schema) {
        assertThatExceptionOfType(LlmException.class).isThrownBy(() -> ParamHeaders.of(json(schema)));
    }

    @ParameterizedTest
    @CsvSource({
        "us-west1, us-west1",
        "'Hello, 世界', '=?base64?SGVsbG8sIOS4lueVjA==?='",
        "' padded ', '=?base64?IHBhZGRlZCA=?='",
        "'=?base64?literal?=', '=?base64?PT9iYXNlNjQ/bGl0ZXJhbD89?='"
    })
    void valuesAreEncodedAsTheProtocolSays(String value, String header) {
        assertThat(ParamHeaders.encoded(value)).isEqualTo(header);
    }

    @Test
    void aNumberWithABillionDigitsIsNotWrittenOut() {
        ParamHeaders headers =
                ParamHeaders.of(json("{\"properties\":{\"a\":{\"type\":\"integer\",\"x-mcp-header\":\"A\"}}}"));

        assertThat(headers.of(json("{\"a\":1e999999999}"), true)).isEmpty();
        assertThat(headers.of(json("{\"a\":1e-999999999}"), true)).isEmpty();
        assertThat(headers.of(json("{\"a\":1.5e3}"), true)).containsEntry("Mcp-Param-A", "1500");
    }

    @Test
    void lineEndsAreEncoded() {
        assertThat(ParamHeaders.encoded("line1\nline2")).isEqualTo("=?base64?bGluZTEKbGluZTI=?=");
    }
}
