/**
 * Makes a provider, a gateway and agents beans of a Spring Boot application. The beans are described by the properties {@code
 * postern.*} or by a Postern file; {@link dev.postern.spring.boot.PosternAutoConfiguration} lists them.
 */
@NullMarked
package dev.postern.spring.boot;

import org.jspecify.annotations.NullMarked;
