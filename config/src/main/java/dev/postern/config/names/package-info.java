/** Which known name a misspelt one stands for. Used by the modules that read settings. */
@NullMarked
package dev.postern.config.names;

import org.jspecify.annotations.NullMarked;
