package dev.postern.jackson;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.JsonpCharacterEscapes;
import tools.jackson.databind.DefaultTyping;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.BasicPolymorphicTypeValidator;

/** Mappers with settings that change the JSON of other types. */
final class OtherMappers {
    private OtherMappers() {}

    static List<JsonMapper> all() {
        return List.of(
                JsonMapper.builder().findAndAddModules().build(),
                mapper().propertyNamingStrategy(PropertyNamingStrategies.UPPER_SNAKE_CASE)
                        .build(),
                mapper().enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY).build(),
                mapper().enable(SerializationFeature.INDENT_OUTPUT).build(),
                mapper().changeDefaultPropertyInclusion(it -> it.withValueInclusion(JsonInclude.Include.NON_NULL))
                        .build(),
                mapper().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build(),
                mapper().enable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES).build(),
                JsonMapper.builder(JsonFactory.builder()
                                .characterEscapes(JsonpCharacterEscapes.instance())
                                .build())
                        .addModule(new PosternModule())
                        .build(),
                mapper().activateDefaultTyping(
                                BasicPolymorphicTypeValidator.builder()
                                        .allowIfBaseType(Object.class)
                                        .build(),
                                DefaultTyping.NON_FINAL)
                        .build());
    }

    private static JsonMapper.Builder mapper() {
        return JsonMapper.builder().addModule(new PosternModule());
    }
}
