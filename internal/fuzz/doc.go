// Package fuzz holds what tries the codec with input that nobody chose: every generated type with random values, and fuzzers of tokenizer and encoder.
package fuzz
