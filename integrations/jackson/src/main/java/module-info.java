/** A Jackson module for the types of the model, which then have the JSON of the gateway format. */
module dev.postern.jackson {
    requires static org.jspecify;
    requires transitive dev.postern.wire;
    requires transitive tools.jackson.databind;

    exports dev.postern.jackson;

    provides tools.jackson.databind.JacksonModule with
            dev.postern.jackson.PosternModule;
}
