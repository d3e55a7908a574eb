/** JSON Schema of Java types, checks of JSON against a schema, and answers that follow one. */
module dev.postern.schema {
    requires static org.jspecify;
    requires transitive dev.postern.core;

    exports dev.postern.schema;
}
