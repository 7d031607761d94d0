// Jest cannot require() these ES modules in a cycle unless they were imported first.
import 'reflect-metadata';
import '@nestjs/common';
import '@nestjs/core';
import 'sanitize-html';
