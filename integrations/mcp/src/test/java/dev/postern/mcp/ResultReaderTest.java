package dev.postern.mcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Content;
import dev.postern.ToolResult;
import dev.postern.json.Json;
import org.junit.jupiter.api.Test;

/** What a server returns, as a result for the model. */
class ResultReaderTest {
    private static ToolResult read(String json) {
        return ResultReader.read(Json.object(json));
    }

    @Test
    void textsImagesAndSoundArePassedOn() {
        ToolResult result = read("""
                {"content":[{"type":"text","text":"hello","annotations":{"priority":1}},
                 {"type":"image","mimeType":"image/png","data":"AAAA"},
                 {"type":"audio","mimeType":"audio/wav","data":"BBBB"}],"isError":false}""");

        assertThat(result.content())
                .containsExactly(
                        Content.text("hello"),
                        new Content.Image("image/png", "AAAA", ""),
                        new Content.Audio("audio/wav", "BBBB"));
        assertThat(result.isError()).isFalse();
    }

    @Test
    void embeddedResourcesBecomeWhatTheyContain() {
        ToolResult result = read("""
                {"content":[{"type":"resource","resource":{"uri":"file:///a.rs","mimeType":"text/x-rust","text":"fn main"}},
                 {"type":"resource","resource":{"uri":"file:///a.png","mimeType":"image/png","blob":"AAAA"}},
                 {"type":"resource","resource":{"uri":"file:///s.mp3","mimeType":"audio/mpeg","blob":"AAAA"}},
                 {"type":"resource","resource":{"uri":"file:///dir/a.pdf","mimeType":"application/pdf","blob":"AAAA"}}]}""");

        assertThat(result.content())
                .containsExactly(
                        Content.text("[resource: file:///a.rs, text/x-rust]\nfn main"),
                        new Content.Image("image/png", "AAAA", ""),
                        new Content.Audio("audio/mpeg", "AAAA"),
                        new Content.Document("application/pdf", "a.pdf", "AAAA"));
    }

    @Test
    void linksAndUnknownTypesAreNamed() {
        ToolResult result = read("""
                {"content":[{"type":"resource_link","uri":"file:///main.rs","name":"main.rs","description":"the entry"},
                 {"type":"hologram","data":"x"},
                 {"type":"image","mimeType":"image/png","data":"not base64!"}]}""");

        assertThat(((Content.Text) result.content().get(0)).text())
                .isEqualTo("[link to a resource: file:///main.rs, main.rs, the entry]");
        assertThat(((Content.Text) result.content().get(1)).text())
                .isEqualTo("[content of the type 'hologram', which cannot be shown]");
        assertThat(((Content.Text) result.content().get(2)).text()).startsWith("[image, which cannot be shown: ");
    }

    @Test
    void structuredContentIsAddedUnlessATextRepeatsIt() {
        assertThat(
                        read("{\"content\":[{\"type\":\"text\",\"text\":\"{ \\\"n\\\" : 1.5 }\"}],\"structuredContent\":{\"n\":1.5}}")
                                .text())
                .isEqualTo("{ \"n\" : 1.5 }");
        assertThat(read("{\"content\":[{\"type\":\"text\",\"text\":\"one\"}],\"structuredContent\":[1,2]}")
                        .content())
                .containsExactly(Content.text("one"), Content.text("[1,2]"));
        assertThat(read("{\"structuredContent\":{\"a\":true}}").text()).isEqualTo("{\"a\":true}");
    }

    @Test
    void anErrorStaysOneAndAnEmptyResultIsDone() {
        assertThat(read("{\"content\":[{\"type\":\"text\",\"text\":\"no\"}],\"isError\":true}")
                        .isError())
                .isTrue();
        assertThat(read("{}").text()).isEqualTo("Done.");
    }
}
