/**
 * {@link dev.postern.jackson.PosternModule}, a module for Jackson 3. With it, a controller can take and return the types of the
 * model; their JSON is that of the gateway format.
 */
@NullMarked
package dev.postern.jackson;

import org.jspecify.annotations.NullMarked;
