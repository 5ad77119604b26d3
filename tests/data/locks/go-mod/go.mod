module shop.example/app

go 1.21

require (
	rsc.io/quote v1.5.2
	rsc.io/quote/v3 v3.1.0
	shop.example/tools v0.0.0
)

require (
	golang.org/x/text v0.0.0-20170915032832-14c0d48ead0c // indirect
	rsc.io/sampler v1.3.0 // indirect
)

replace shop.example/tools => ./tools

replace rsc.io/sampler => rsc.io/sampler v1.3.1
