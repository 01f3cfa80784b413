package main

import (
	"fmt"
	"os"
	"strings"

	"github.com/moby/buildkit/frontend/dockerfile/instructions"
	"github.com/moby/buildkit/frontend/dockerfile/linter"
	"github.com/moby/buildkit/frontend/dockerfile/parser"
)

func checkDockerfile(file string) error {
	input, err := os.Open(file)
	if err != nil {
		return err
	}
	defer input.Close()
	parsed, err := parser.Parse(input)
	if err != nil {
		return err
	}
	var warnings []string
	for _, warning := range parsed.Warnings {
		warnings = append(warnings, warning.Short)
	}
	lint := linter.New(&linter.Config{
		Warn: func(rule, _, _, message string, at []parser.Range) {
			warnings = append(warnings, fmt.Sprintf("%s:%d: %s: %s", file, at[0].Start.Line, rule, message))
		},
	})
	stages, _, err := instructions.Parse(parsed.AST, lint)
	if err != nil {
		return err
	}
	if len(warnings) > 0 {
		return fmt.Errorf("%s", strings.Join(warnings, "\n"))
	}
	for _, stage := range stages {
		fmt.Printf("FROM %s\n", stage.BaseName)
		for _, command := range stage.Commands {
			fmt.Printf("  %s\n", command.Name())
		}
	}
	return nil
}
