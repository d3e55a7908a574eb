package dev.postern.jackson;

import static org.assertj.core.api.Assertions.assertThat;

import dev.postern.Message;
import dev.postern.testkit.project.FootprintContract;

class FootprintIT extends FootprintContract {
    FootprintIT() {
        super(
                "dev.postern.jackson",
                14_000,
                3_201_000,
                "jackson-annotations",
                "jackson-core",
                "jackson-databind",
                "postern-core",
                "postern-wire");
    }

    @Override
    protected void answers(ClassLoader modules) throws Exception {
        Class<?> mappers = modules.loadClass("tools.jackson.databind.json.JsonMapper");
        Object mapper = call(call(call(mappers, "builder"), "findAndAddModules", modules), "build");
        Object message = call(modules.loadClass(Message.class.getName()), "user", "Hello");

        Object json = call(mapper, "writeValueAsString", message);
        Object read = call(mapper, "readValue", json, message.getClass());

        assertThat(json).isEqualTo("{\"role\":\"user\",\"content\":\"Hello\"}");
        assertThat(read).isEqualTo(message);
    }
}
