// validatorUrl: else Swagger UI would send the document's address to a server on the internet.
SwaggerUIBundle({ url: "docs.json", dom_id: "#swagger-ui", deepLinking: true, validatorUrl: null });
