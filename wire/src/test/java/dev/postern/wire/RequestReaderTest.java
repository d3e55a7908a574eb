package dev.postern.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.postern.CompletionRequest;
import dev.postern.LlmException;
import dev.postern.LlmException.Kind;
import dev.postern.json.Json;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Refusals, which name the field. Accepted requests are in the golden files. */
class RequestReaderTest {
    private static final String USER = "\"messages\":[{\"content\":\"Hi\"}]";

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {}                                        | messages: must be a list of at least one message
            {"messages":null}                         | messages: must be a list of at least one message
            {"messages":[]}                           | messages: must be a list of at least one message
            {"messages":"Hi"}                         | messages: must be a list of at least one message
            {"messages":["Hi"]}                       | messages[0]: must be an object
            {"messages":[{},null]}                    | messages[1]: must be an object
            {"messages":[{"role":"robot"}]}           | messages[0].role: 'robot' is not known; use system, developer, user, assistant or tool
            {"messages":[{"role":7}]}                 | messages[0].role: must be a string
            {"messages":[{"cache_control":{"ttl":"1d"}}]} | messages[0].cache_control.ttl: must be 5m or 1h
            {"messages":[{"content":7}]}              | messages[0].content: must be a string or a list of parts
            {"messages":[{"content":{}}]}             | messages[0].content: must be a string or a list of parts
            {"messages":[{"content":[7]}]}            | messages[0].content[0]: must be an object
            {"messages":[{"role":"tool","content":"x"}]} | messages[0].tool_results: a message of role tool needs results with their tool_use_id
            []                                        | body: must be an object
            "Hi"                                      | body: must be an object
            """)
    void invalidMessagesAreRefused(String json, String message) {
        assertRefused(json, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            {"type":"video"}                          | .type: 'video' is not known; use text, image, document, audio, reasoning, tool_use or tool_result
            {"type":"input_audio","input_audio":{}}   | .input_audio.media_type: 'audio/' is no media type like image/png
            {"type":"input_audio"}                    | .input_audio: must be an object
            {"type":"audio","media_type":"audio/wav"} | .data: must be the file's bytes as base64, without a data: prefix
            {"type":"image_url","image_url":{"url":"https://e.com/a","detail":7}} | .image_url.detail: must be a string
            {"type":"document","data":"AAAA","media_type":"a/b","file_id":"f1"} | : needs either data (base64) or a file_id
            {"type":"file","file":{"file_id":"f1","file_data":"data:a/b;base64,AAAA"}} | .file.file_data: needs either data (base64) or a file_id
            {"type":7}                                | .type: must be a string
            {"type":"text","text":7}                  | .text: must be a string
            {"cachePoint":{"type":"default"}}         | : must have a type such as text or image, or be a known content block
            {"type":"image"}                          | : needs either data (base64) or a url
            {"type":"image","media_type":"png","data":"AAAA"} | .media_type: 'png' is no media type like image/png
            {"type":"image","media_type":"image/png","data":"?"} | .data: must be the file's bytes as base64, without a data: prefix
            {"type":"image_url"}                      | .image_url: must be an object
            {"type":"image_url","image_url":{}}       | .image_url.url: needs either data (base64) or a url
            {"type":"image_url","image_url":{"url":"data:image/png,x"}} | .image_url.url: must contain base64, as in data:image/png;base64,…
            {"type":"image_url","image_url":{"url":"data:image/png;base64,?"}} | .image_url.url: must be the file's bytes as base64, without a data: prefix
            {"type":"document","data":"AAAA"}         | .media_type: '' is no media type like image/png
            {"type":"document","source":{"type":"url","url":"https://e.com"}} | .source.type: must be base64, text or file
            {"type":"image","source":{"type":"file"}} | .source.type: must be base64 or url
            {"type":"file","file":{}}                 | .file.file_data: must be a data: URL with the file's bytes, unless there is a file_id
            {"type":"document","source":{"type":"file"}} | .source.media_type: '' is no media type like image/png
            {"image":{"format":"png","source":{"s3Location":{}}}} | .image.source.bytes: must be the file's bytes as base64; other sources are not supported
            {"document":{"format":"xyz","source":{"bytes":"AAAA"}}} | .document.format: 'xyz' is not known
            {"type":"tool_result","content":"x"}      | .tool_use_id: must not be empty
            {"toolResult":{"content":[]}}             | .toolResult.tool_use_id: must not be empty
            {"type":"tool_result","tool_use_id":"a","content":[{"type":"image","data":"?"}]} | .content[0].media_type: '' is no media type like image/png
            """)
    void invalidPartsAreRefused(String part, String message) {
        assertRefused("{\"messages\":[{},{\"content\":[\"x\"," + part + "]}]}", "messages[1].content[1]" + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "role":"assistant","tool_calls":[{"name":"f"}]          | tool_calls[0].id: must not be empty
            "role":"assistant","tool_calls":[{"id":"a"}]            | tool_calls[0].name: must not be empty
            "role":"assistant","tool_calls":[{"id":"a","function":{}}] | tool_calls[0].name: must not be empty
            "role":"assistant","tool_calls":[{"id":"a","name":"f","input":[1]}] | tool_calls[0].input: must be an object, or a string that contains one
            "role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":7}}] | tool_calls[0].function.arguments: must be an object, or a string that contains one
            "role":"assistant","tool_calls":{}                      | tool_calls: must be a list
            "role":"assistant","tool_calls":[{"id":"a","name":"f","provider_data":"x"}] | tool_calls[0].provider_data: must be an object
            "role":"assistant","tool_calls":[{"id":"a","name":"f","malformed":7}] | tool_calls[0].malformed: must be true or false
            "role":"assistant","function_call":{"name":"f"}         | function_call: is not known; use tool_calls
            "role":"user","tool_calls":[{"id":"a","name":"f"}]      | tool_calls: are allowed in messages of the assistant only, not of role user
            "content":[{"type":"reasoning","text":"Hm"}]            | content: Reasoning belongs in a message of the assistant, not of role user
            "content":[{"type":"tool_use","id":"a","name":"f"}]     | content: ToolCall belongs in a message of the assistant, not of role user
            "tool_results":[{"tool_use_id":"a"},{"content":"x"}]    | tool_results[1].tool_use_id: must not be empty
            "tool_results":[{"tool_use_id":7}]                      | tool_results[0].tool_use_id: must be a string
            "tool_results":[{"tool_use_id":"a","is_error":"no"}]    | tool_results[0].is_error: must be true or false
            "tool_results":{"tool_use_id":"a"}                      | tool_results: must be a list
            "tool_result":{"content":"x"}                           | tool_result.tool_use_id: must not be empty
            "tool_result":"x"                                       | tool_result: must be an object
            """)
    void invalidCallsAndResultsAreRefused(String fields, String message) {
        assertRefused("{\"messages\":[{},{" + fields + "}]}", "messages[1]." + message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "temperature":"0.5"                       | temperature: must be a number
            "temperature":-1                          | temperature: must be a number, at least 0, but is -1.0
            "max_tokens":1.5                          | max_tokens: must be a whole number
            "max_tokens":0                            | max_tokens: must be at least 1, but is 0
            "max_tokens":3000000000                   | max_tokens: is too large
            "seed":99999999999999999999               | seed: is too large
            "seed":9007199254740993.5                 | seed: must be a whole number
            "max_tokens":1e999999999                  | max_tokens: is too large
            "max_tokens":1e2147483648                 | body: the exponent of a number in the JSON text is out of bounds; it must be a JSON object
            "extra":{"a":[1e2147483648]}              | body: the exponent of a number in the JSON text is out of bounds; it must be a JSON object
            "extra":{"a":NaN}                         | body: malformed JSON at byte 44; it must be a JSON object
            "top_p":2                                 | top_p: must be between 0 and 1, but is 2.0
            "stop":7                                  | stop: must be a list
            "stop":["a",7]                            | stop[1]: must be a string
            "stop":["a",""]                           | stop[1]: must not be empty
            "model":["m"]                             | model: must be a string
            "system":{"text":"s"}                     | system: must be a string
            "parallel_tool_calls":"yes"               | parallel_tool_calls: must be true or false
            "metadata":[]                             | metadata: must be an object
            "request_metadata":[]                     | request_metadata: must be an object
            "request_metadata":{"a":1}                | request_metadata.a: must be a string
            "extra":"x"                               | extra: must be an object
            "response_format":"json"                  | response_format: must be an object
            "response_format":{"type":"xml"}          | response_format.type: 'xml' is not known; use text, json_object or json_schema
            "response_format":{"type":"json_schema","json_schema":{"schema":{"a":1}}} | response_format.json_schema.name: must be 1 to 64 letters, digits, _ or -
            "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":7}} | response_format.json_schema.schema: must be an object
            "response_format":{"type":"json_schema","name":"n"} | response_format.schema: must not be empty
            "tools":{}                                | tools: must be a list
            "tools":["f"]                             | tools[0]: must be an object
            "tools":[{"name":"f"},{"description":"d"}] | tools[1].name: must not be empty
            "tools":[{"name":"f"},{"type":"function","function":{}}] | tools[1].function.name: must not be empty
            "tools":[{"toolSpec":{}}]                 | tools[0].toolSpec.name: must not be empty
            "tools":[{"name":"f","input_schema":"s"}] | tools[0].input_schema: must be an object
            "tools":[{"name":"f"},{"name":"f"}]       | tools[1].name: there are two tools named 'f'
            "tools":[{"type":"web_search_preview"}]   | tools[0].type: 'web_search_preview' is a tool type of one vendor; put the tool into extra.tools
            "tools":[{"name":"f"}],"tool_choice":7    | tool_choice: must be an object
            "tools":[{"name":"f"}],"tool_choice":"g"  | tool_choice: there is no tool named 'g'
            "tools":[{"name":"f"}],"tool_choice":{"tool":{"name":""}} | tool_choice.tool.name: must name a tool
            """)
    void fieldsOfTheWrongTypeAreRefused(String field, String message) {
        assertRefused("{" + USER + "," + field + "}", message);
    }

    @Test
    void invalidJsonIsRefusedWithItsPlace() {
        assertThat(refused("{\"messages\":[{\"content\":\"Hi\"}"))
                .startsWith("body: ")
                .endsWith("must be a JSON object");
        assertThat(refused("")).startsWith("body: ");
        assertThat(refused("messages=x")).isEqualTo("body: malformed JSON at byte 0; it must be a JSON object");
        assertThat(refused("{" + USER + "} {}"))
                .isEqualTo("body: more text follows the JSON value; it must be a JSON object");
    }

    @Test
    void tooDeepNestingIsRefused() {
        String deep = "{\"a\":".repeat(300) + "1" + "}".repeat(300);

        assertThat(refused("{" + USER + ",\"extra\":" + deep + "}")).contains("nested too deeply");
    }

    @Test
    void aToolNamedLikeAModeIsChosenByAnObject() {
        String json =
                "{" + USER + ",\"tools\":[{\"name\":\"any\"}],\"tool_choice\":{\"type\":\"tool\",\"name\":\"any\"}}";

        byte[] written = RequestWriter.write(RequestReader.read(json.getBytes(StandardCharsets.UTF_8)));

        assertThat(Json.object(written).get("tool_choice")).isEqualTo(Map.of("type", "tool", "name", "any"));
    }

    @Test
    void aWholeNumberWithAFractionOfZeroIsExact() {
        CompletionRequest request =
                RequestReader.read("{\"messages\":[{\"content\":\"a\"}],\"seed\":9007199254740993.0,\"max_tokens\":1e3}"
                        .getBytes(StandardCharsets.UTF_8));

        assertThat(request.seed()).hasValue(9007199254740993L);
        assertThat(request.maxTokens()).hasValue(1000);
    }

    /** The model wrote the arguments, so the caller of the gateway, who sends them back, is not refused. */
    @Test
    void argumentsWithAnExcessiveExponentAreMalformed() {
        CompletionRequest request = RequestReader.read(("{\"messages\":[{\"role\":\"assistant\",\"tool_calls\":"
                        + "[{\"id\":\"a\",\"name\":\"f\",\"input\":\"{\\\"x\\\":1e2147483648}\"}]}]}")
                .getBytes(StandardCharsets.UTF_8));

        assertThat(request.messages().get(0).toolCalls().get(0).malformedInput())
                .isTrue();
    }

    private static void assertRefused(String json, String message) {
        assertThat(refused(json)).isEqualTo(message);
    }

    private static String refused(String json) {
        LlmException failure = catchThrowableOfType(
                LlmException.class, () -> RequestReader.read(json.getBytes(StandardCharsets.UTF_8)));
        assertThat(failure).as(json).isNotNull();
        assertThat(failure.kind()).isEqualTo(Kind.INVALID_REQUEST);
        return failure.getMessage();
    }
}
